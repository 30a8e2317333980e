"""Coverage-guided fuzzing: for hours where the tests have seconds."""
