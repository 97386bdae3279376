"""Scoring: what stands in for azureml-fe, the front end of Kubernetes online endpoints, and the replicas behind it.

`front_end` takes requests, `endpoint` knows who may send them and to which deployment they go, `deployment` has the
queue, `replicas` the pods of one version of a deployment, `scaling` decides how many there are.
learn.microsoft.com/azure/machine-learning/how-to-kubernetes-inference-routing-azureml-fe.
"""

from holdfast_sandbox.scoring.deployment import Deployment, Settings
from holdfast_sandbox.scoring.endpoint import Endpoint
from holdfast_sandbox.scoring.front_end import FrontEnd
from holdfast_sandbox.scoring.replicas import ReplicaSet, Version
from holdfast_sandbox.scoring.traffic import Traffic

__all__ = ["Deployment", "Endpoint", "FrontEnd", "ReplicaSet", "Settings", "Traffic", "Version"]
