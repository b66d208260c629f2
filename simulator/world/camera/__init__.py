"""What the virtual camera sees: room, things and people drawn as a real lens and sensor would show them."""
