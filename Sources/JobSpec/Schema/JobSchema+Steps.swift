extension JobSchema {
    /// The definitions that steps and their requests are made of.
    static let steps = #"""
        "step": {
          "type": "object",
          "additionalProperties": false,
          "required": ["id", "request"],
          "description": "A call, perhaps repeated over items and pages, whose records become one NDJSON file.",
          "properties": {
            "id": { "$ref": "#/$defs/name", "description": "Names the step's file." },
            "name": { "type": "string", "description": "What people call the step." },
            "if": { "type": ["string", "boolean"], "description": "An expression; the step is left out when it is false." },
            "scopes": { "$ref": "#/$defs/scopes" },
            "for_each": {
              "description": "What the step is repeated over, as ${{ item }}: a list, one expression that yields a list, the rows or lines of a file, or the records of an earlier step.",
              "oneOf": [
                { "type": "array" },
                { "$ref": "#/$defs/template" },
                { "$ref": "#/$defs/csv_input" },
                { "$ref": "#/$defs/ndjson_input" },
                { "$ref": "#/$defs/step_input" }
              ]
            },
            "batch_size": {
              "type": "integer",
              "minimum": 1,
              "maximum": 100000,
              "description": "How many items one call takes together, as ${{ batch }}, a list."
            },
            "concurrency": {
              "type": "integer",
              "minimum": 1,
              "maximum": 64,
              "default": 2,
              "description": "Calls in flight at once; the order of the results does not depend on it."
            },
            "timeout": { "$ref": "#/$defs/duration", "description": "Bounds the step, waits and retries included; a write under way may take ten seconds more." },
            "request": { "$ref": "#/$defs/request" },
            "paginator": { "$ref": "#/$defs/paginator" },
            "data_selector": { "$ref": "#/$defs/json_path", "description": "Which values of the answer are records." },
            "retry": { "$ref": "#/$defs/retry" },
            "rate_limit": { "$ref": "#/$defs/rate_limit" },
            "success_criteria": {
              "description": "What an answer must be to count as success, beyond a 2xx status. All must hold.",
              "oneOf": [
                { "$ref": "#/$defs/success_criterion" },
                { "type": "array", "items": { "$ref": "#/$defs/success_criterion" } }
              ]
            },
            "on_error": {
              "enum": ["fail", "skip", "continue"],
              "default": "fail",
              "description": "fail: the run ends. skip: the item that failed is left out. continue: the step ends, the next one runs. After skip and continue the exit status is 1."
            },
            "max_failures": {
              "description": "With on_error: skip, how many items may be left out before the step fails after all: a number, or a percentage of the items.",
              "oneOf": [
                { "type": "integer", "minimum": 0 },
                { "type": "string", "pattern": "^[0-9]+([.][0-9]+)?%$", "examples": ["5%"] }
              ]
            },
            "idempotency_key": {
              "description": "Sent with each call, the same at every attempt and after a resume: the API takes a second call of the same key for the first one. auto lets the runner make one.",
              "oneOf": [
                { "type": ["string", "number"], "examples": ["auto", "${{ item.id }}"] },
                { "$ref": "#/$defs/idempotency_key" }
              ]
            },
            "reconcile": { "$ref": "#/$defs/reconcile" },
            "output": {
              "type": "object",
              "additionalProperties": { "$ref": "#/$defs/json_path" },
              "description": "Values of the last answer for later steps: ${{ steps.ID.output.NAME }}."
            }
          }
        },
        "csv_input": {
          "type": "object",
          "additionalProperties": false,
          "required": ["csv"],
          "description": "The rows of a CSV file (RFC 4180), each an object of the header's names.",
          "properties": {
            "csv": { "type": "string", "minLength": 1, "description": "The file, relative to the folder that the command runs in." },
            "columns": {
              "type": "object",
              "additionalProperties": { "$ref": "#/$defs/column_type" },
              "description": "Columns whose values are not strings. A number keeps its text."
            },
            "delimiter": { "type": "string", "pattern": "^[\\t !#-/:-@\\[-`{-~]$", "default": ",", "description": "What stands between two values." }
          }
        },
        "column_type": { "enum": ["string", "number", "integer", "boolean"] },
        "ndjson_input": {
          "type": "object",
          "additionalProperties": false,
          "required": ["ndjson"],
          "description": "The lines of an NDJSON file.",
          "properties": {
            "ndjson": { "type": "string", "minLength": 1, "description": "The file, relative to the folder that the command runs in." },
            "field": { "type": "string", "minLength": 1, "description": "Takes this member of each line instead of the line: item feeds rejects back." }
          }
        },
        "step_input": {
          "type": "object",
          "additionalProperties": false,
          "required": ["step"],
          "description": "The records of an earlier step.",
          "properties": { "step": { "$ref": "#/$defs/name", "description": "The id of the step." } }
        },
        "idempotency_key": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "value": { "type": ["string", "number"], "default": "auto", "description": "auto, or a template that differs from call to call." },
            "header": { "type": "string", "default": "Idempotency-Key", "description": "The header field that the API reads the key from." }
          }
        },
        "reconcile": {
          "type": "object",
          "additionalProperties": false,
          "required": ["request", "found"],
          "description": "A read whose answer says whether a POST or PATCH of unknown outcome took effect.",
          "properties": {
            "request": { "$ref": "#/$defs/request", "description": "A GET; it may use the same names as the step's request." },
            "found": { "$ref": "#/$defs/json_path", "description": "The write took effect where this selects something of the answer; null, false, [] and {} are nothing." },
            "scopes": { "$ref": "#/$defs/scopes", "description": "What the read needs; left out, the catalogue knows it." }
          }
        },
        "request": {
          "type": "object",
          "additionalProperties": false,
          "required": ["path"],
          "description": "One call.",
          "properties": {
            "method": { "$ref": "#/$defs/method", "default": "GET" },
            "path": { "type": "string", "pattern": "^/", "description": "What follows the environment's base_url: /v3/loans." },
            "params": { "$ref": "#/$defs/named_values", "description": "Query parameters. A list repeats its parameter, null leaves it out." },
            "headers": { "$ref": "#/$defs/named_values", "description": "Header fields. Authorization is the runner's." },
            "json": { "description": "A body of JSON; numbers are sent as they are written." },
            "form": { "$ref": "#/$defs/named_values", "description": "A body of application/x-www-form-urlencoded." },
            "body": { "type": ["string", "number", "boolean"], "description": "A body of text." },
            "timeout": { "$ref": "#/$defs/duration", "default": "10m", "description": "Bounds one attempt." }
          }
        },
        "method": { "enum": ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] },
        "named_values": {
          "type": "object",
          "additionalProperties": { "type": ["string", "number", "boolean", "null", "array"] }
        },
        "scopes": {
          "description": "A list of scopes that are all needed, or any_of with a list of such lists.",
          "oneOf": [{ "$ref": "#/$defs/scope_list" }, { "$ref": "#/$defs/scope_choice" }]
        },
        "scope_list": { "type": "array", "items": { "$ref": "#/$defs/scope" } },
        "scope_choice": {
          "type": "object",
          "additionalProperties": false,
          "required": ["any_of"],
          "properties": {
            "any_of": {
              "description": "Alternatives: one of them is enough.",
              "oneOf": [
                { "$ref": "#/$defs/scope" },
                {
                  "type": "array",
                  "minItems": 1,
                  "items": { "oneOf": [{ "$ref": "#/$defs/scope" }, { "$ref": "#/$defs/scope_list" }] }
                }
              ]
            }
          }
        },
        "scope": { "type": "string", "pattern": "^[!#-\\[\\]-~]+$" },
        """#
}
