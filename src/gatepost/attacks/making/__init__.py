"""Making what an attack needs: bodies that the app takes, and rows that belong to somebody."""
