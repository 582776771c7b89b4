"""Airbyte's declarative CDK, records to NDJSON. Arguments: base URL, path, token, output."""

import sys

import orjson
from airbyte_cdk.models import SyncMode, Type
from airbyte_cdk.sources.declarative.manifest_declarative_source import ManifestDeclarativeSource


def manifest(base_url, path, token):
    return {
        "version": "6.0.0",
        "type": "DeclarativeSource",
        "check": {"type": "CheckStream", "stream_names": ["loans"]},
        "streams": [{
            "type": "DeclarativeStream",
            "name": "loans",
            "primary_key": ["id"],
            "schema_loader": {"type": "InlineSchemaLoader", "schema": {"type": "object", "additionalProperties": True}},
            "retriever": {
                "type": "SimpleRetriever",
                "requester": {
                    "type": "HttpRequester",
                    "url_base": base_url,
                    "path": path,
                    "http_method": "GET",
                    "authenticator": {"type": "BearerAuthenticator", "api_token": token},
                },
                "record_selector": {"type": "RecordSelector", "extractor": {"type": "DpathExtractor", "field_path": ["loans"]}},
                "paginator": {
                    "type": "DefaultPaginator",
                    "page_token_option": {"type": "RequestOption", "inject_into": "request_parameter", "field_name": "offset"},
                    "page_size_option": {"type": "RequestOption", "inject_into": "request_parameter", "field_name": "limit"},
                    "pagination_strategy": {"type": "OffsetIncrement", "page_size": 300},
                },
            },
        }],
    }


def main(base_url, path, token, output):
    source = ManifestDeclarativeSource(source_config=manifest(base_url, path, token))
    stream = source.streams(config={})[0]
    with open(output, "wb") as file:
        for slice_ in stream.stream_slices(sync_mode=SyncMode.full_refresh):
            for record in stream.read_records(sync_mode=SyncMode.full_refresh, stream_slice=slice_):
                data = record.data if hasattr(record, "data") else record
                if hasattr(record, "type") and record.type != Type.RECORD:
                    continue
                file.write(orjson.dumps(dict(data)) + b"\n")


main(*sys.argv[1:])
