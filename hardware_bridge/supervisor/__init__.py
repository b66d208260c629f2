"""The process between the app and a real motor: it may outlive the app, but the screen then stands still."""
