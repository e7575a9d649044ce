"""What is told about rule files: places in them, and what is wrong there."""
