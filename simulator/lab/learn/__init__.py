"""What a device's own record says of how it served: defects, each with its evidence and as a scene. No truth is read here."""
