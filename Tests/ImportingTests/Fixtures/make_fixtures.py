"""Writes the golden logs with the original tools: lm_eval 0.4.13 and inspect_ai 0.3.285.

    pip install lm_eval==0.4.13 --no-deps && pip install jinja2 numpy packaging && pip install inspect_ai==0.3.285
    python make_fixtures.py lm_eval|inspect OUTPUT_FOLDER

lm-evaluation-harness: the samples are written and hashed by its EvaluationTracker; their fields are
filled as `evaluator.py` lines 645-664 do, without the models and data sets that a run would load.
"""

import json
import pathlib
import sys


def lm_eval(folder):
    import types

    # Imported for uploads only.
    sys.modules["pandas"] = types.SimpleNamespace(DataFrame=None)
    sys.modules["datasets"] = types.SimpleNamespace(load_dataset=None)
    for name in ["datasets.utils", "datasets.utils.metadata"]:
        sys.modules[name] = types.SimpleNamespace(MetadataConfigs=None)
    from lm_eval.loggers.evaluation_tracker import EvaluationTracker
    from lm_eval.utils import handle_non_serializable, hash_string

    samples = []
    for number, (question, answer, response) in enumerate([
        ("What is 2 + 2?", "4", "4"),
        ("Wie heißt die Hauptstadt von Österreich?", "Wien", "Graz"),
        ('Say "no".\n', "no", "no"),
        ("", "nothing", ""),
    ]):
        for name in ["none", "strict-match"]:
            doc = {"question": question, "answer": answer, "choices": [], "meta": {}, "weights": [1.0, 1e-05, 3]}
            samples.append({
                "doc_id": number,
                "doc": doc,
                "target": answer,
                "arguments": [(f"Q: {question}\nA:", {"until": ["\n"]})],
                "resps": [[response]],
                "filtered_resps": [response],
                "filter": name,
                "metrics": ["exact_match", "length"],
                "doc_hash": hash_string(json.dumps(doc, indent=2, default=handle_non_serializable, ensure_ascii=False)),
                "prompt_hash": hash_string(f"Q: {question}\nA:"),
                "target_hash": hash_string(answer),
                "exact_match": 1.0 if response == answer else 0.0,
                "length": float(len(response)) + 0.5,
            })
    tracker = EvaluationTracker(output_path=str(folder))
    tracker.general_config_tracker.log_experiment_args(
        model_source="dummy", model_args="pretrained=org/small@alpha=2.0", system_instruction=None,
        chat_template=None, fewshot_as_multiturn=False)
    tracker.general_config_tracker.model_name_sanitized = "org__small@alpha=2.0"
    tracker.save_results_aggregated(
        results={"results": {"tiny": {"alias": "tiny", "exact_match,none": 0.75}}, "configs": {"tiny": {}},
                 "versions": {"tiny": 1.0}, "n-shot": {"tiny": 0}},
        samples={"tiny": samples})
    tracker.save_results_samples(task_name="tiny", samples=samples)


def inspect(folder):
    import shutil
    import zipfile

    from inspect_ai import Task, eval
    from inspect_ai.dataset import Sample
    from inspect_ai.log import read_eval_log, write_eval_log
    from inspect_ai.model import ModelOutput
    from inspect_ai.scorer import Score, accuracy, includes, scorer
    from inspect_ai.solver import solver

    @scorer(metrics=[accuracy()])
    def partial():
        async def score(state, target):
            letter = {"a": "C", "b": "P", "c": "N"}.get(state.sample_id, "I")
            return Score(value=letter)

        return score

    @solver
    def answers():
        async def solve(state, generate):
            if state.sample_id == "d" and state.epoch == 2:
                raise ValueError("broken on purpose")
            text = "yes" if state.sample_id in "ab" or state.epoch == 2 else "no"
            state.output = ModelOutput.from_content("mockllm/model@alpha=2.0", text)
            return state

        return solve

    dataset = [Sample(id=name, input=f"Question {name}", target="yes") for name in "abcd"]
    [log] = eval(
        Task(dataset=dataset, solver=answers(), scorer=[includes(), partial()], name="tiny"),
        model="mockllm/model@alpha=2.0", epochs=2, log_dir=str(folder / "scratch"),
        display="none", fail_on_error=False, max_samples=1, max_connections=1, metadata={"alpha": 2.0},
        log_samples=True)
    # Paths of the machine, events and tracebacks say nothing about rows.
    log = read_eval_log(log.location)
    log.eval.task_file = None
    log.eval.dataset.location = None
    log.eval.revision = None
    for sample in log.samples:
        sample.events = []
        sample.attachments = {}
        sample.timelines = None
        if sample.error:
            sample.error.traceback = sample.error.traceback_ansi = ""
    shutil.rmtree(folder / "scratch")
    write_eval_log(log, str(folder / "tiny.json"))
    write_eval_log(log, str(folder / "tiny.eval"))
    # The same members with DEFLATE, which is what versions before 0.3.206 wrote.
    with zipfile.ZipFile(folder / "tiny.eval") as zstd, zipfile.ZipFile(
            folder / "tiny-deflate.eval", "w", zipfile.ZIP_DEFLATED) as deflate:
        for name in zstd.namelist():
            deflate.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), zstd.read(name), zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    {"lm_eval": lm_eval, "inspect": inspect}[sys.argv[1]](target)
