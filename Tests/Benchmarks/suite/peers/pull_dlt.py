"""dlt's REST source into JSON lines, nested values kept as they are. Arguments: base URL, resource, token, folder."""

import sys
from pathlib import Path

import dlt
from dlt.sources.rest_api import rest_api_source


def main(base_url, resource, token, folder):
    source = rest_api_source({
        "client": {"base_url": base_url, "auth": {"type": "bearer", "token": token}},
        "resources": [{
            "name": "loans",
            "max_table_nesting": 0,
            "endpoint": {
                "path": resource,
                "data_selector": "loans",
                "paginator": {"type": "offset", "limit": 300, "total_path": "total"},
            },
        }],
    })
    folder = Path(folder).resolve()
    pipeline = dlt.pipeline(
        "loans", pipelines_dir=str(folder / "state"), destination=dlt.destinations.filesystem(f"file://{folder}/data"),
        dataset_name="partner")
    pipeline.run(source, loader_file_format="jsonl")


main(*sys.argv[1:])
