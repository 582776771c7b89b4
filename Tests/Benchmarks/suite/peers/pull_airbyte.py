"""Airbyte's declarative CDK, records to NDJSON. Arguments: base URL, path, token, output."""

import logging
import sys

import orjson
from airbyte_cdk.models import (
    AirbyteStream, ConfiguredAirbyteCatalog, ConfiguredAirbyteStream, DestinationSyncMode, SyncMode, Type)
from airbyte_cdk.sources.declarative.concurrent_declarative_source import ConcurrentDeclarativeSource


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
    stream = AirbyteStream(name="loans", json_schema={}, supported_sync_modes=[SyncMode.full_refresh])
    catalog = ConfiguredAirbyteCatalog(streams=[ConfiguredAirbyteStream(
        stream=stream, sync_mode=SyncMode.full_refresh, destination_sync_mode=DestinationSyncMode.append)])
    source = ConcurrentDeclarativeSource(catalog=catalog, config={}, state=[], source_config=manifest(base_url, path, token))
    with open(output, "wb") as file:
        for message in source.read(logging.getLogger("loans"), {}, catalog, []):
            if message.type == Type.RECORD:
                file.write(orjson.dumps(dict(message.record.data)) + b"\n")


main(*sys.argv[1:])
