from simulator.onboard.behaviour.stage import BehaviourStage

__all__ = ["BehaviourStage"]
