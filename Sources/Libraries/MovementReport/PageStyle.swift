import Markup

/// The style sheet of the report, inline so that the page is one file. Colours and sizes: the house's palette, each
/// at least 4.5 : 1 against its ground (WCAG 2.2 AA).
enum PageStyle {
    static let sheet = HTML(
        constant: """
            :root{color-scheme:light dark;--page:#FBFAF7;--card:#FFFFFF;--rule:#D9DDD8;--text:#1C2321;--second:#4A5651;\
            --action:#0B5D5E;--right:#0B5D5E;--left:#9A3B12;--caution:#8A5A00;--stop:#A3172E;--good:#1D6B3A;--shade:#1C232114}
            @media (prefers-color-scheme:dark){:root{--page:#121816;--card:#1A2220;--rule:#37423D;--text:#EDF1EE;\
            --second:#A9B7B0;--action:#5CC4C0;--right:#5CC4C0;--left:#F2A679;--caution:#E7B84A;--stop:#FF8A97;--good:#7FD39B;\
            --shade:#EDF1EE1A}}
            *{box-sizing:border-box}
            body{margin:0;background:var(--page);color:var(--text);font:18px/1.5 system-ui,sans-serif}
            header,main,footer{max-width:1040px;margin:0 auto;padding:0 16px}
            header{padding-top:24px}
            footer{padding-bottom:48px;color:var(--second);font-size:14px}
            h1,h2,h3{line-height:1.25;text-wrap:balance}
            h1{font-size:28px;margin:8px 0 12px}
            h2{font-size:22px;margin:0 0 12px}
            h3{font-size:18px;margin:0 0 4px}
            p,ul,dl,figure,table{margin:0 0 12px}
            p,li,dd,figcaption{max-width:68ch}
            main>section{margin:32px 0}
            .brand{margin:0;color:var(--second);font-size:16px}
            .status{display:inline-block;margin:0;padding:4px 12px;border:1px solid var(--caution);border-radius:8px;\
            color:var(--caution);font-size:16px}
            .status.good{border-color:var(--good);color:var(--good)}.status.bad{border-color:var(--stop);color:var(--stop)}
            .certificate{background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:16px;margin:16px 0}
            .certificate dt{color:var(--second);font-size:14px}.certificate dd{margin:0 0 8px;overflow-wrap:anywhere}
            .certificate .qr{display:block;width:148px;margin:0 0 12px}.words p{white-space:pre-line}
            .lead{font-size:22px}
            .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,150px),1fr));\
            gap:12px;margin:24px 0}
            .figures>div,.joint,.notice{background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:16px}
            .figures dt{color:var(--second);font-size:16px}
            .figures dd{margin:0;font-size:28px;font-variant-numeric:tabular-nums}
            .figures dd small{display:block;font-size:16px;color:var(--second)}
            .notice{border-left:4px solid var(--caution);margin:0 0 12px;list-style:none}
            .notice strong{color:var(--caution)}.notice.stop strong{color:var(--stop)}
            .notices{padding:0}
            .stop{border-left-color:var(--stop)}
            .joints{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:16px;align-items:start}
            .joint p,figcaption,.legend{font-size:16px;color:var(--second)}
            .extent,figcaption span{display:block}.joint .extent{color:var(--text)}
            .legend{display:flex;flex-wrap:wrap;gap:0 16px;padding:0;list-style:none;font-size:14px}
            .legend li{white-space:nowrap}
            .legend svg{vertical-align:middle}
            .plot{display:block;overflow:visible;width:calc(100% - 52px);margin:8px 0 0 48px}
            .joint .axis{text-align:center;font-size:14px;margin:0 0 8px}
            text{font:14px system-ui,sans-serif;fill:var(--second)}
            text.n{text-anchor:middle;fill:var(--text)}
            .grid{stroke:var(--rule)}
            .zero{stroke:var(--second)}
            .rep{fill:var(--shade)}
            .line{fill:none;stroke-width:2.5;stroke-linejoin:round;stroke-linecap:round}
            .line.r{stroke:var(--right)}.line.l{stroke:var(--left);stroke-dasharray:7 5}.line.c{stroke:var(--text)}
            .band{stroke:none;fill-opacity:.2}
            .band.r,.stance.r{fill:var(--right)}.band.l,.stance.l{fill:var(--left)}.band.c,.stance.c{fill:var(--second)}
            table{border-collapse:collapse;width:100%;font-size:16px;font-variant-numeric:tabular-nums}
            caption{text-align:left;color:var(--second);padding:8px 0 4px}
            th,td{padding:8px 4px;border-bottom:1px solid var(--rule);text-align:right;font-weight:400}
            thead th{color:var(--second);font-size:14px;vertical-align:bottom}
            th:first-child,td:first-child{text-align:left}
            summary{padding:12px 0;min-height:48px;color:var(--action);cursor:pointer;font-size:16px}
            summary:focus-visible{outline:3px solid var(--action);outline-offset:2px;border-radius:8px}
            .sides{padding:0;list-style:none}
            .total{margin:0 0 12px}.total strong{font-size:36px;font-variant-numeric:tabular-nums}
            .second{color:var(--second);font-size:16px}
            .parts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,300px),1fr));gap:12px 24px}
            .part small{display:block;color:var(--second);font-size:14px}
            .part dd{margin:4px 0 0;font-variant-numeric:tabular-nums}
            .meter{display:block}.meter .rest{fill:var(--rule)}.meter .done{fill:var(--action)}
            .person{display:block;max-height:420px;width:100%;margin:8px 0}
            .person .line{stroke-width:7}.person .line.l{stroke-dasharray:14 9}
            .ground{stroke:var(--rule);stroke-width:4}
            .head{fill:none;stroke:var(--text);stroke-width:7}
            .mark{fill:none;stroke:var(--stop);stroke-width:5}
            .figure label{font-size:16px;padding:12px 12px 12px 8px}
            .figure input{width:24px;height:24px;vertical-align:middle;accent-color:var(--action)}
            .figure p span{display:block}.figure{margin-bottom:16px}
            .moving{display:none}#moves:checked~svg .moving{display:inline}#moves:checked~svg .still{display:none}
            @media (prefers-reduced-motion:reduce){#moves,#moves~label,#moves:checked~svg .moving{display:none}\
            #moves:checked~svg .still{display:inline}}
            .mistake{display:block;width:100%;max-width:380px;margin:16px 0}.mistake .ground{fill:var(--card)}
            .mistake .edge,.mistake .thing{fill:none;stroke:var(--second);stroke-width:2.5;stroke-linecap:round;stroke-linejoin:round}
            .mistake .floor{fill:none;stroke:var(--second);stroke-width:1.5}
            .mistake .body{fill:none;stroke:var(--text);stroke-width:4.5;stroke-linecap:round;stroke-linejoin:round}
            .mistake .night{fill:var(--text)}.mistake .dim .body{stroke:var(--second)}
            .mistake .arrow{fill:none;stroke:var(--stop);stroke-width:3.5;stroke-linecap:round;stroke-linejoin:round}
            .mistake .rest,.mistake .time{fill:none;stroke:var(--rule);stroke-width:6;stroke-linecap:round}
            .mistake .time{stroke:var(--action)}.mistake .sign{font:700 18px system-ui,sans-serif;fill:var(--text)}
            .mistake .badge-bad{fill:var(--stop)}.mistake .badge-good{fill:var(--action)}
            .mistake .badge-sign{fill:none;stroke:var(--card);stroke-width:3;stroke-linecap:round;stroke-linejoin:round}
            .sides li{padding:8px 0;border-bottom:1px solid var(--rule)}
            .source dt{font-size:14px}
            .source dd{margin:0 0 8px;overflow-wrap:anywhere;color:var(--text)}
            .wide{display:none}
            @media (min-width:640px){.wide{display:table-cell}h1{font-size:36px}h2{font-size:28px}h3{font-size:22px}\
            main>section{margin:48px 0}}
            @media (min-width:960px){.beside:has(.figure){display:grid;grid-template-columns:320px 1fr;gap:16px;align-items:start}\
            .figure{position:sticky;top:16px}}
            @media print{.beside:has(.figure){display:block}.figure{position:static}#moves,#moves~label,#moves:checked~svg .moving{display:none}\
            #moves:checked~svg .still{display:inline}.person{max-height:220px}:root{color-scheme:light;--page:#FFFFFF;--card:#FFFFFF;--rule:#D9DDD8;--text:#1C2321;\
            --second:#4A5651;--action:#0B5D5E;--right:#0B5D5E;--left:#9A3B12;--caution:#8A5A00;--stop:#A3172E;--good:#1D6B3A;\
            --shade:#1C232114}body{font-size:14px}.data{display:none}.lead{font-size:18px}h1{font-size:28px}h2{font-size:18px}\
            h3{font-size:16px}main>section{margin:16px 0}.joints{grid-template-columns:1fr 1fr}\
            .joint,.notice,.figures>div,tr{break-inside:avoid}h2,h3{break-after:avoid}\
            details::details-content{content-visibility:visible;display:block}*{print-color-adjust:exact}}
            """)
}
