"""The words of the language: fields, operators, topics, and the values they speak of."""
