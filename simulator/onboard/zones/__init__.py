from simulator.onboard.zones.stage import ZoneStage

__all__ = ["ZoneStage"]
