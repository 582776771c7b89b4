/// A job that uses every style of YAML that people write.
let sampleJob = #"""
    # Repayments of the night
    %placeholder
    name: nightly
    environment: sandbox
    vars: &vars
      page_size: 300
      motto: "Überweisung \u00e9\t\"ok\""
      note: 'it''s fine'
      text: |
        first ${{ vars.page_size }}
          second

        third
      folded: >-
        one
        two

        three
    steps:
      - id: loans
        scopes: [read:loans, "create:repayment"]
        for_each: [payingBack, defaulted]
        request: { method: GET, path: "/v3/${{ token.partnerId }}/loans", params: { status: "${{ item }}" } }
        retry: &retry { max_attempts: 5 }
      - id: 贷款
        retry: *retry
        enabled: !!str true
        path: /v3/partner/${{ token.partnerId }}
          /loans
        empty:
      - ? complex key
        : - 1
          - -2.5e3
          - ~
    """#.replacing("%placeholder\n", with: "")
