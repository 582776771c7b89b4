/// The JSON Schema (draft 2020-12) of the job file, for editors: completion, descriptions on hover, and most mistakes
/// underlined while typing. What needs more than a schema (names in templates, scopes, circles) is left to
/// ``JobLoader``.
package enum JobSchema {
    /// The schema's text. A test holds its keys and values to ``Vocabulary``.
    package static let json = #"""
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "title": "runner job",
          "description": "One job: which calls to make, in which order, in which environment.",
          "$ref": "#/$defs/job",
          "$defs": {
            "job": {
              "type": "object",
              "additionalProperties": false,
              "required": ["name", "steps"],
              "properties": {
                "name": { "$ref": "#/$defs/name", "description": "Names the folder of the results." },
                "description": { "type": "string", "description": "What the job is for." },
                "environment": {
                  "type": "string",
                  "description": "Where the job runs: sandbox, kiva-stage, kiva-production, or one of its own environments. --environment overrides it.",
                  "examples": ["sandbox", "kiva-stage", "kiva-production"]
                },
                "environments": { "$ref": "#/$defs/environments" },
                "vars": {
                  "type": "object",
                  "description": "Variables and their defaults, used as ${{ vars.NAME }}. --var NAME=VALUE replaces a default. A later one may use an earlier one."
                },
                "tokens": {
                  "enum": ["least_privilege", "single"],
                  "default": "least_privilege",
                  "description": "least_privilege: no call carries a token with a scope that it doesn't need. single: one token for all."
                },
                "timeout": { "$ref": "#/$defs/duration", "description": "Bounds the whole run; a write under way may take ten seconds more." },
                "retry": { "$ref": "#/$defs/retry" },
                "rate_limit": { "$ref": "#/$defs/rate_limit" },
                "steps": {
                  "type": "array",
                  "minItems": 1,
                  "items": { "$ref": "#/$defs/step" },
                  "description": "What to call. Steps run in the order written."
                }
              }
            },
            "environments": {
              "type": "object",
              "description": "Environments of this job's own, by name.",
              "additionalProperties": { "$ref": "#/$defs/environment" }
            },
            "environment": {
              "type": "object",
              "additionalProperties": false,
              "description": "An API, its authorization server, and what is known of both.",
              "properties": {
                "extends": {
                  "type": "string",
                  "description": "The environment to start from; every key that is not written here comes from it."
                },
                "token_url": { "$ref": "#/$defs/url", "description": "The token endpoint." },
                "audience": { "type": "string", "description": "The audience parameter of the token request." },
                "base_url": { "$ref": "#/$defs/url", "description": "What every request's path is appended to." },
                "client_id": { "$ref": "#/$defs/credential", "description": "A reference, never the value: ${{ secrets.NAME }}." },
                "client_secret": { "$ref": "#/$defs/credential", "description": "A reference, never the value: ${{ secrets.NAME }}." },
                "client_auth": {
                  "enum": ["post", "basic", "basic_raw"],
                  "default": "post",
                  "description": "How the client authenticates: in the form, by HTTP Basic with form-encoded parts (RFC 6749 2.3.1), or by HTTP Basic as they are."
                },
                "production": {
                  "type": "boolean",
                  "description": "Whether an explicit word from the person is needed before anything is sent."
                },
                "scopes": {
                  "type": "object",
                  "description": "The catalogue: the scopes that the authorization server knows.",
                  "additionalProperties": { "$ref": "#/$defs/catalogued_scope" }
                },
                "operations": {
                  "type": "array",
                  "items": { "$ref": "#/$defs/operation" },
                  "description": "The calls that the API offers, and the scopes that each asks for."
                },
                "rate_limit": { "$ref": "#/$defs/rate_limit" },
                "retry": { "$ref": "#/$defs/retry" },
                "tls": { "$ref": "#/$defs/tls" },
                "proxy": {
                  "type": "string",
                  "pattern": "^(http|socks5|socks5h)://",
                  "description": "A proxy; left out, the variables https_proxy and no_proxy decide."
                },
                "sandbox": { "oneOf": [{ "$ref": "#/$defs/sandbox" }, { "type": "null" }] }
              }
            },
            "catalogued_scope": {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "access": {
                  "enum": ["read", "write"],
                  "default": "write",
                  "description": "What the scope allows; the planner prefers reads."
                },
                "description": { "type": "string", "description": "What the scope is for." }
              }
            },
            "operation": {
              "type": "object",
              "additionalProperties": false,
              "required": ["method", "path"],
              "properties": {
                "method": { "$ref": "#/$defs/method" },
                "path": { "type": "string", "pattern": "^/", "description": "A path of OpenAPI: /v3/loans/{id}." },
                "scopes": { "$ref": "#/$defs/scopes" },
                "paginator": { "$ref": "#/$defs/paginator", "description": "For steps that name none." },
                "data_selector": { "$ref": "#/$defs/json_path", "description": "For steps that name none." }
              }
            },
            "tls": {
              "type": "object",
              "additionalProperties": false,
              "description": "TLS is always verified.",
              "properties": {
                "ca_file": { "type": "string", "description": "A PEM file of authorities to trust beside the system's." }
              }
            },
            "sandbox": {
              "type": "object",
              "additionalProperties": false,
              "description": "The embedded sandbox serves this environment; it starts with the run.",
              "properties": {
                "loans": { "type": "integer", "minimum": 0, "default": 1000, "description": "How many loans there are." },
                "seed": { "type": "integer", "minimum": 0, "default": 1, "description": "The same seed, the same data." },
                "token_ttl": { "$ref": "#/$defs/duration", "description": "How long a token lives." },
                "latency": { "$ref": "#/$defs/duration", "description": "How long an answer takes at least." },
                "faults": { "type": "string", "description": "What goes wrong, in the sandbox's fault language." },
                "authorized_scopes": {
                  "type": ["array", "string"],
                  "items": { "type": "string" },
                  "description": "The scopes that the client may have; left out, all of them."
                }
              }
            },
            \#(steps)
            "paginator": {
              "description": "How the pages of an answer are walked.",
              "oneOf": [
                { "const": "single_page" },
                { "$ref": "#/$defs/offset" },
                { "$ref": "#/$defs/page_number" },
                { "$ref": "#/$defs/cursor" },
                { "$ref": "#/$defs/json_link" },
                { "$ref": "#/$defs/header_link" },
                { "$ref": "#/$defs/single_page" }
              ]
            },
            "offset": {
              "type": "object",
              "additionalProperties": false,
              "required": ["type", "limit"],
              "description": "Pages by offset and limit.",
              "properties": {
                "type": { "const": "offset" },
                "max_pages": { "$ref": "#/$defs/max_pages" },
                "limit": { "type": "integer", "minimum": 1, "maximum": 1000000, "description": "Records asked for in one call." },
                "initial_offset": { "type": "integer", "minimum": 0, "default": 0, "description": "The first page's offset." },
                "limit_param": { "type": "string", "default": "limit", "description": "The parameter of the limit." },
                "offset_param": { "type": "string", "default": "offset", "description": "The parameter of the offset." },
                "total_path": { "$ref": "#/$defs/json_path", "description": "Where the answer tells how many records there are." },
                "stop_on_short_page": {
                  "type": "boolean",
                  "default": true,
                  "description": "A page with fewer records than asked for is the last one. false where servers clamp limits."
                }
              }
            },
            "page_number": {
              "type": "object",
              "additionalProperties": false,
              "required": ["type"],
              "description": "Pages by number.",
              "properties": {
                "type": { "const": "page_number" },
                "max_pages": { "$ref": "#/$defs/max_pages" },
                "initial_page": { "type": "integer", "minimum": 0, "default": 1, "description": "The first page's number." },
                "page_param": { "type": "string", "default": "page", "description": "The parameter of the number." },
                "total_path": { "$ref": "#/$defs/json_path", "description": "Where the answer tells how many pages there are." }
              }
            },
            "cursor": {
              "type": "object",
              "additionalProperties": false,
              "required": ["type", "cursor_path"],
              "description": "Pages by an opaque cursor.",
              "properties": {
                "type": { "const": "cursor" },
                "max_pages": { "$ref": "#/$defs/max_pages" },
                "cursor_path": { "$ref": "#/$defs/json_path", "description": "Where the answer has the next cursor." },
                "cursor_param": { "type": "string", "default": "cursor", "description": "The parameter of the cursor." }
              }
            },
            "json_link": {
              "type": "object",
              "additionalProperties": false,
              "required": ["type", "next_url_path"],
              "description": "The answer's body names the next URL.",
              "properties": {
                "type": { "const": "json_link" },
                "max_pages": { "$ref": "#/$defs/max_pages" },
                "next_url_path": { "$ref": "#/$defs/json_path", "description": "Where the answer has the next URL." }
              }
            },
            "header_link": {
              "type": "object",
              "additionalProperties": false,
              "required": ["type"],
              "description": "The answer's Link header field (RFC 8288) names the next URL.",
              "properties": {
                "type": { "const": "header_link" },
                "max_pages": { "$ref": "#/$defs/max_pages" },
                "relation": { "type": "string", "default": "next", "description": "The relation of the link to follow." }
              }
            },
            "single_page": {
              "type": "object",
              "additionalProperties": false,
              "required": ["type"],
              "description": "One answer is all there is.",
              "properties": { "type": { "const": "single_page" }, "max_pages": { "$ref": "#/$defs/max_pages" } }
            },
            "max_pages": {
              "type": "integer",
              "minimum": 1,
              "default": 100000,
              "description": "The walk ends with an error after this many pages."
            },
            "retry": {
              "type": "object",
              "additionalProperties": false,
              "description": "How hard a call is tried again.",
              "properties": {
                "max_attempts": { "type": "integer", "minimum": 1, "maximum": 1000, "default": 5, "description": "The first one included." },
                "initial_backoff": { "$ref": "#/$defs/duration", "default": "1s", "description": "The longest wait before the second attempt." },
                "backoff_multiplier": { "type": "number", "minimum": 1, "maximum": 100, "default": 2, "description": "How the longest wait grows." },
                "max_backoff": { "$ref": "#/$defs/duration", "default": "60s", "description": "What the longest wait never exceeds." },
                "max_duration": { "$ref": "#/$defs/duration", "default": "10m", "description": "The time within which the last attempt begins." },
                "max_retry_after": { "$ref": "#/$defs/duration", "default": "5m", "description": "The longest Retry-After that is waited for." },
                "retryable_status_codes": { "$ref": "#/$defs/status_codes", "description": "In place of 408, 429, 500, 502, 503 and 504." },
                "retry_unsafe_on_503": { "type": "boolean", "default": true, "description": "Whether POST and PATCH are repeated after 503." }
              }
            },
            "rate_limit": {
              "type": "object",
              "additionalProperties": false,
              "required": ["requests"],
              "description": "At most so many requests in every interval.",
              "properties": {
                "requests": { "type": "integer", "minimum": 1, "maximum": 1000000, "description": "How many requests." },
                "per": { "$ref": "#/$defs/duration", "default": "1s", "description": "The interval." }
              }
            },
            "success_criterion": {
              "type": "object",
              "additionalProperties": false,
              "minProperties": 1,
              "properties": {
                "status": { "$ref": "#/$defs/status_codes", "description": "The status is one of these, in place of 2xx." },
                "jsonpath": { "$ref": "#/$defs/json_path", "description": "The query selects something of the answer." }
              }
            },
            "status_codes": {
              "oneOf": [{ "$ref": "#/$defs/status_code" }, { "type": "array", "items": { "$ref": "#/$defs/status_code" } }]
            },
            "status_code": {
              "oneOf": [
                { "type": "integer", "minimum": 100, "maximum": 599 },
                { "type": "string", "pattern": "^[1-5][0-9]{2}([.]{2}[1-5][0-9]{2})?$" }
              ]
            },
            "name": { "type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_-]{0,63}$" },
            "duration": { "type": "string", "pattern": "^([0-9]*[.]?[0-9]+(ms|s|m|h|d))+$", "examples": ["500ms", "30s", "1m30s", "2h"] },
            "json_path": { "type": "string", "pattern": "^[$]", "description": "JSONPath (RFC 9535).", "examples": ["$.loans[*]"] },
            "template": { "type": "string", "pattern": "[$][{]{2}.*[}]{2}" },
            "credential": { "$ref": "#/$defs/template" },
            "url": { "type": "string", "pattern": "^(https?://|[$][{]{2})" }
          }
        }
        """#
}
