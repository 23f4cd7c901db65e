import Markup

/// A small drawing beside words, in the colour of the text around it. Never alone: whoever cannot see it reads the words.
package enum Icon: String, Sendable, CaseIterable {
    case home, people, person, exercise, plan, chart, calendar, message, camera, worklist
    case done, good, info, caution, stop, close, plus, minus
    case right, left, up, down, search, menu, settings, globe, sun, moon, half, leave
    case clock, lock, download, upload, offline, edit, trash, book, server, pulse, file, key, tools, copy

    /// 24 units square, drawn with one stroke's width; hidden from those who cannot see it.
    package var html: HTML {
        "<svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"\(drawing)\"/></svg>"
    }

    private var drawing: HTML {
        switch self {
        case .home: "M4 11.2 12 4.5l8 6.7V19a1 1 0 0 1-1 1h-4.5v-5.5h-5V20H5a1 1 0 0 1-1-1z"
        case .people:
            "M12.5 8.5a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0zM2.5 20c.4-3.8 3-5.8 6.5-5.800s6.1 2 6.5 5.800M15.5 5.300a3.5 3.5 0 0 1 0 6.400M18 14.800c2 .8 3.2 2.6 3.5 5.2"
        case .person: "M16 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0zM4.5 20.500c.6-4.2 3.5-6.3 7.5-6.300s6.9 2.1 7.5 6.3"
        case .exercise:
            "M15.5 4.500a1.75 1.75 0 1 1-3.5 0 1.75 1.75 0 0 1 3.5 0zM13 9l-3 5.5 4.5 2L15 21M10 14.5 8.5 18 4.5 19.500M13 9 8.5 9.5 6.5 13M13 9l2.5 3.5 4 .5"
        case .plan:
            "M9 5H6.500A1.5 1.5 0 0 0 5 6.500v13A1.5 1.5 0 0 0 6.5 21h11a1.5 1.5 0 0 0 1.5-1.500v-13A1.5 1.5 0 0 0 17.5 5H15M9 3.500h6V7H9zM8.5 12.500l2 2 4.5-4.500M8.5 17.500h7"
        case .chart: "M4 4v14.500A1.5 1.5 0 0 0 5.5 20H20M7.5 15l4-5 3.5 3 4.5-6.5"
        case .calendar:
            "M5.5 5.500h13A1.5 1.5 0 0 1 20 7v11.500a1.5 1.5 0 0 1-1.5 1.500h-13A1.5 1.5 0 0 1 4 18.500V7a1.5 1.5 0 0 1 1.5-1.500zM8 3.500v4M16 3.500v4M4 10.500h16M8 14.500h3"
        case .message:
            "M5.5 5h13A1.5 1.5 0 0 1 20 6.500v9a1.5 1.5 0 0 1-1.5 1.500H11l-4.5 3.500V17h-1A1.5 1.5 0 0 1 4 15.500v-9A1.5 1.5 0 0 1 5.5 5zM8 9.500h8M8 12.800h5"
        case .camera:
            "M4.5 7.500h3L9 5h6l1.5 2.500h3A1.5 1.5 0 0 1 21 9v9a1.5 1.5 0 0 1-1.5 1.500h-15A1.5 1.5 0 0 1 3 18V9a1.5 1.5 0 0 1 1.5-1.500zM15.5 13a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0z"
        case .worklist:
            "M4 6.500l1.3 1.300L7.8 5M4 12.500l1.3 1.300L7.8 11M4 18.500l1.3 1.300L7.8 17M11.5 6.500H20M11.5 12.500H20M11.5 18.500H20"
        case .done: "M5 12.500l4.5 4.500L19 7.5"
        case .good: "M20.5 12a8.5 8.5 0 1 1-17 0 8.5 8.5 0 0 1 17 0zM8 12.300l2.8 2.800L16 9.5"
        case .info: "M20.5 12a8.5 8.5 0 1 1-17 0 8.5 8.5 0 0 1 17 0zM12 11.500v5M12 8v.01"
        case .caution: "M12 4 21 19.500H3zM12 10v4.500M12 17v.01"
        case .stop: "M8.3 3.500h7.400l4.8 4.800v7.400l-4.8 4.800H8.300l-4.8-4.800V8.300zM12 8v5M12 16v.01"
        case .close: "M6 6l12 12M18 6 6 18"
        case .plus: "M12 5v14M5 12h14"
        case .minus: "M5 12h14"
        case .right: "M9.5 5.5 16 12l-6.5 6.5"
        case .left: "M14.5 5.5 8 12l6.5 6.5"
        case .up: "M5.5 14.5 12 8l6.5 6.5"
        case .down: "M5.5 9.5 12 16l6.5-6.5"
        case .search: "M17 10.500a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0zM15.3 15.3 20 20"
        case .menu: "M4 7h16M4 12h16M4 17h16"
        case .settings: "M4 8h9M17 8h3M4 16h3M11 16h9M17 8a2 2 0 1 1-4 0 2 2 0 0 1 4 0zM11 16a2 2 0 1 1-4 0 2 2 0 0 1 4 0z"
        case .globe: "M20.5 12a8.5 8.5 0 1 1-17 0 8.5 8.5 0 0 1 17 0zM3.5 12h17M12 3.500c5 5 5 12 0 17M12 3.500c-5 5-5 12 0 17"
        case .sun:
            "M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0zM12 3v1.500M12 19.500V21M3 12h1.500M19.5 12H21M5.6 5.600l1.1 1.100M17.3 17.300l1.1 1.100M5.6 18.400l1.1-1.100M17.3 6.700l1.1-1.1"
        case .moon: "M20 14.500A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.500z"
        case .half: "M20.5 12a8.5 8.5 0 1 1-17 0 8.5 8.5 0 0 1 17 0zM12 3.500v17M12 8h6.500M12 12h8.500M12 16h6.5"
        case .leave: "M10 4.500H6A1.5 1.5 0 0 0 4.5 6v12A1.5 1.5 0 0 0 6 19.500h4M10 12h10.500M17 8.500l3.5 3.5-3.5 3.5"
        case .clock: "M20.5 12a8.5 8.5 0 1 1-17 0 8.5 8.5 0 0 1 17 0zM12 7v5.300l3.5 2"
        case .lock: "M6.5 11h11a1 1 0 0 1 1 1v7.500a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1V12a1 1 0 0 1 1-1zM8 11V8a4 4 0 0 1 8 0v3M12 15v2"
        case .download: "M12 4v11M7.5 11l4.5 4.5 4.5-4.500M4.5 20h15"
        case .upload: "M12 16V4.500M7.5 9 12 4.5 16.5 9M4.5 20h15"
        case .offline: "M4 4l16 16M8.5 6.600A6 6 0 0 1 17.5 10a4.5 4.5 0 0 1 2.8 6.800M6.2 9.500A5 5 0 0 0 7 19h10"
        case .edit: "M4.5 19.500l.8-4L16 4.800a1.5 1.5 0 0 1 2.1 0l1.1 1.100a1.5 1.5 0 0 1 0 2.100L8.5 18.700zM14 7l3 3"
        case .trash: "M4.5 6.500h15M9.5 6V4h5v2M6.5 6.500l.8 13a1 1 0 0 0 1 1h7.400a1 1 0 0 0 1-1l.8-13M10 10.500v6M14 10.500v6"
        case .book: "M12 6.500C10 5 7.5 4.5 4 4.500v13c3.5 0 6 .5 8 2 2-1.5 4.5-2 8-2v-13c-3.5 0-6 .5-8 2zM12 6.500v13"
        case .server:
            "M5 4.500h14a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1v-5a1 1 0 0 1 1-1zM5 12.500h14a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1v-5a1 1 0 0 1 1-1zM8 8v.01M8 16v.01M12 8h4M12 16h4"
        case .pulse: "M3 12.500h4l2.5-7 5 13 2.5-6h4"
        case .file: "M6.5 3.500H14l4.5 4.500v11.500a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1v-15a1 1 0 0 1 1-1zM14 3.500V8h4.500M9 13h6M9 16.500h4"
        case .key: "M12.5 15a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0zM11.3 11.8 19.5 3.500M16 7l3 3"
        case .tools:
            "M14.5 6.500a4.5 4.5 0 0 0-5.8 5.800l-5 5a1.7 1.7 0 0 0 0 2.400l.6.6a1.7 1.7 0 0 0 2.4 0l5-5a4.5 4.5 0 0 0 5.8-5.800L14.8 12.2 12 9.400z"
        case .copy:
            "M9.5 8.500h9a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1v-10a1 1 0 0 1 1-1zM15.5 8.500v-4a1 1 0 0 0-1-1h-9a1 1 0 0 0-1 1v10a1 1 0 0 0 1 1h3"
        }
    }
}
