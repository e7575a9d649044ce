"""THE FACE: `autotagger <command>`; wires the rooms together and alone reads the environment."""
