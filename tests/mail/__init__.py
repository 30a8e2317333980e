"""Mail, to a real SMTP server in this process."""
