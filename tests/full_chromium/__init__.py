"""What npm's Chromium, a headless shell, does not do: TESTS_CHROMIUM has to name a whole one."""
