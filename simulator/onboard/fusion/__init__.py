from simulator.onboard.fusion.stage import FusionStage

__all__ = ["FusionStage"]
