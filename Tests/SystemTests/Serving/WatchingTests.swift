import Foundation
import TestKit
import Testing

/// How operators and their programs see a program at work, from outside.
@Suite("watching a program at work", .timeLimit(.minutes(3)))
struct WatchingTests {
    let scratch: Scratch
    private var data: String { scratch.path("data") }

    init() throws { scratch = try Scratch() }

    @Test("its metrics are what promtool takes, and say what was asked")
    func metrics() async throws {
        let service = try await Service(data)
        let wire = try Wire(service)
        for _ in 0..<3 { #expect(try wire.get("/healthz").status == 200) }
        #expect(try wire.get("/nowhere").status == 404)
        let answer = try wire.get("/metrics")
        #expect(answer.status == 200)
        #expect(answer.fields["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(answer.body.contains(#"http_requests_total{route="system.health",method="GET",status="200"} 3"#))
        #expect(answer.body.contains(#"http_requests_total{route="none",method="other",status="404"} 1"#))
        for name in [
            "http_request_duration_seconds_bucket", "database_connections_active", "cache_hits_total", "cache_misses_total",
            "active_users_count", "exercises_completed_total", "jobs_queue_depth", "jobs_queue_age_seconds", "subscription_lag_seconds",
            "journal_position", "process_resident_memory_bytes", "process_open_fds", "database_up",
        ] { #expect(answer.body.contains("\n\(name)") || answer.body.contains("# TYPE \(name) "), "\(name)") }
        #expect(answer.body.contains("\ndatabase_up 1\n"))
        let file = try scratch.file("metrics", Data(answer.body.utf8))
        let promtool = Process()
        promtool.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        promtool.arguments = ["promtool", "check", "metrics"]
        promtool.standardInput = try FileHandle(forReadingFrom: file)
        let complaints = Pipe()
        promtool.standardError = complaints
        try promtool.run()
        let text = String(decoding: complaints.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        promtool.waitUntilExit()
        #expect(promtool.terminationStatus == 0 && text.isEmpty, "\(text)")
        #expect(try service.stop().status == 0)
    }

    @Test("metrics and the operator's page are for this machine and for operators")
    func access() async throws {
        let service = try await Service(data)
        let wire = try Wire(service)
        let operatorField = try service.bearer("root", roles: ["operator"])
        let therapist = try service.bearer("ana", org: "clinic", roles: ["therapist"])
        let proxied = "X-Forwarded-For: 203.0.113.9"
        #expect(try wire.get("/metrics", [proxied]).status == 403)
        #expect(try wire.get("/metrics", [proxied, therapist]).status == 403)
        #expect(try wire.get("/metrics", [proxied, operatorField]).status == 200)
        #expect(try wire.get("/operator").status == 401)
        #expect(try wire.get("/operator", [therapist]).status == 403)
        let page = try wire.get("/operator", [operatorField, "Accept-Language: en"])
        #expect(page.status == 200 && page.fields["refresh"] == "10")
        #expect(page.body.contains("system.metrics") && page.body.contains("Requests by route"))
        #expect(try wire.get("/operator?still=1", [operatorField]).fields["refresh"] == nil)
        #expect(try service.stop().status == 0)
    }

    @Test("readiness says what is missing, and why to those who may know")
    func readiness() async throws {
        let service = try await Service(data)
        let wire = try Wire(service)
        #expect(try wire.get("/healthz").body == #"{"alive":true}"#)
        #expect(try wire.get("/readyz").body == #"{"ready":true}"#)
        try #require(try service.run("org", "create", "clinic").status == 0)
        #expect(try wire.get("/readyz").status == 200)
        try FileManager.default.moveItem(atPath: data + "/keys/root.key", toPath: scratch.path("root.key"))
        let here = try wire.get("/readyz")
        #expect(here.status == 503 && here.body.contains("/keys") && here.body.contains("root_key_missing"))
        #expect(here.fields["retry-after"] == "5" && here.fields["content-type"] == "application/problem+json")
        let elsewhere = try wire.get("/readyz", ["Forwarded: for=203.0.113.9"])
        #expect(elsewhere.status == 503 && elsewhere.body.contains("/keys") && !elsewhere.body.contains("root_key"))
        #expect(try wire.get("/healthz").status == 200)
        try FileManager.default.moveItem(atPath: scratch.path("root.key"), toPath: data + "/keys/root.key")
        #expect(try wire.get("/readyz").status == 200)
        #expect(try service.stop().status == 0)
    }

    @Test("an account has its tier's quota, whatever it asks for, and hears how much is left")
    func limits() async throws {
        let service = try await Service(data, environment: ["ZANCADA_PACE_FREE": "5"])
        let wire = try Wire(service)
        let ana = try service.bearer("ana", org: "clinic", roles: ["therapist"])
        var answers: [Wire.Answer] = []
        for _ in 0..<6 { answers.append(try wire.get("/api/v1/exercises", [ana])) }
        #expect(answers.prefix(5).allSatisfy { $0.status != 429 })
        #expect(answers.first?.fields["ratelimit-policy"] == "\"free\";q=5;w=3600")
        #expect(answers.first?.fields["ratelimit"]?.hasPrefix("\"free\";r=4;t=") == true)
        let last = try #require(answers.last)
        #expect(last.status == 429 && last.body.contains("too_many"))
        #expect(last.fields["retry-after"].flatMap { Int($0) }.map { $0 > 0 && $0 <= 3_900 } == true)
        #expect(last.fields["ratelimit"]?.hasPrefix("\"free\";r=0;t=") == true)
        #expect(try wire.get("/api/v1/exercises", [try service.bearer("eva", org: "clinic", roles: ["therapist"])]).status != 429)
        #expect(try service.stop().status == 0)
    }

    @Test("whoever tells of a trace is told its span")
    func trace() async throws {
        let service = try await Service(data)
        let wire = try Wire(service)
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        let answer = try wire.get("/healthz", ["traceparent: 00-\(trace)-00f067aa0ba902b7-01"])
        let parts = answer.fields["traceparent"]?.split(separator: "-") ?? []
        #expect(parts.count == 4 && parts[1] == trace && parts[2] != "00f067aa0ba902b7" && parts[3] == "01")
        #expect(try wire.get("/healthz").fields["traceparent"] == nil)
        #expect(try service.stop().status == 0)
    }
}
