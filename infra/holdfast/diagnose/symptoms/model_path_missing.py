"""Is the model where the scoring script looks for it?

Sources: azureml.core.model (`get_model_path`, MicrosoftDocs/azure-docs issue 22648); `AZUREML_MODEL_DIR`:
learn.microsoft.com/azure/machine-learning/how-to-deploy-online-endpoints; what the libraries say when a file is not
there is theirs.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import SURE, Raises, Says, Symptom

_PLACE = (
    r"azureml-models|azureml-app/(?:azureml-)?models?\b|AZUREML_MODEL_DIR|/models?/|model[_-]?(?:dir|path|file|folder)"
)
_FILE = r"\.(?:pkl|pickle|joblib|onnx|pt|pth|ckpt|h5|hdf5|keras|pb|bin|safetensors|sav|model|mlmodel|bst|cbm|tflite)\b|\bMLmodel\b"
_GONE = r"No such file|does ?n[o']t exist|not found|cannot find|could not find|can't find|no file (?:or directory )?(?:named|found)|NO_SUCHFILE|missing"

SYMPTOM = Symptom(
    id="model-path-missing",
    title="the model is not where the scoring script looks",
    looks_like="`init()` ends with a missing file below the model's folder, with `ModelNotFoundException`, or with a path of None.",
    cause=(
        "The folder that was registered keeps its name below `AZUREML_MODEL_DIR`, and the script looks elsewhere: a file "
        "beside where it is, another version's folder, or no folder at all because the variable is not set."
    ),
    remedy="Compare what is in the model with what the script asks for: `$AZUREML_MODEL_DIR/FOLDER/FILE`.",
    commands=(
        "holdfast logs service {service}",
        "az ml model list --name MODEL --workspace-name WORKSPACE --resource-group RESOURCE_GROUP",
        "az ml model download --name MODEL --version VERSION --workspace-name WORKSPACE --resource-group RESOURCE_GROUP --download-path model",
    ),
    source="https://learn.microsoft.com/azure/machine-learning/how-to-deploy-online-endpoints",
    raises=(
        Raises(type=r"ModelNotFoundException|ModelPathNotFoundException"),
        Raises(message=r"Model \S* ?not found in cache or in root"),
        Raises(
            type=r"FileNotFoundError|NotADirectoryError|NoSuchFile|IOError|OSError|NotFoundError|MlflowException",
            message=rf"(?:{_PLACE}|{_FILE}).*(?:{_GONE})|(?:{_GONE}).*(?:{_PLACE}|{_FILE})",
        ),
        Raises(
            type=r"FileNotFoundError|NoSuchFile|NotADirectoryError",
            phase=("init",),
            code=r"load|model|open\(.*model|InferenceSession",
        ),
        Raises(
            message=rf"(?:{_PLACE}|{_FILE}).*(?:{_GONE})|(?:NO_SUCHFILE|Can't load|Error no file named|does not appear to have a file).*",
            phase=("init", "run", "import"),
        ),
        Raises(
            message=r"(?:could ?n[o']t|can(?:no|')t|unable to|failed to) (?:open|find|access)\b.{0,40}(?:azureml-models|AZUREML_MODEL_DIR)",
            phase=("init", "run", "import"),
        ),
        Raises(type=r"TypeError|KeyError", message=r"NoneType|AZUREML_MODEL_DIR", code=r"AZUREML_MODEL_DIR"),
        Raises(type=r"KeyError", message=r"AZUREML_MODEL_DIR"),
        Raises(
            type=r"TypeError",
            message=r"os\.PathLike object, not NoneType|argument should be a str .*not 'NoneType'",
            phase=("init",),
            code=r"model",
        ),
    ),
    says=(
        Says((r"Model \S* ?not found in cache or in root",), confidence=SURE),
        Says((r"ModelNotFoundException",), confidence=SURE),
        Says(
            (
                rf"(?:{_GONE})",
                rf"(?:azureml-models|AZUREML_MODEL_DIR|azureml-app/models?\b)|(?:model|load)\b.*(?:{_FILE})",
            ),
            none=(r"registered|blob|pip|conda|Step \d|COPY",),
        ),
        Says((r"Model directory is not set or does not exist",)),
        Says(
            (
                r"(?:unable to|failed to|could not) (?:download|load|find|open) (?:the )?(?:user )?model\b.{0,80}(?:path|file|folder|directory|not found)",
            )
        ),
    ),
    explains=("init-raised", "crash-502", "autoscale-503", "container-not-ready", "model-424"),
    yields=(),
)
