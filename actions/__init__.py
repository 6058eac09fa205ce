"""One module per thing a person does; page, command and test call the same functions."""
