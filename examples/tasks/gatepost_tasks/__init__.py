"""Tasks: the reference application. People sign up, keep tasks, and never see each other's."""
