"""
How a page looks: one sheet of CSS, light or dark as the reader's system is, for screen and paper.

Charts take their colours from the variables of this sheet. They are those of Okabe and Ito, which
colour-blind readers can tell apart; on a dark ground the lighter ones of them are used.
"""

from __future__ import annotations

# Okabe, M. and Ito, K. (2008). Color universal design. https://jfly.uni-koeln.de/color/
STYLE = """
:root{color-scheme:light dark;
--paper:#fff;--raised:#f5f6f7;--ink:#1a1c1f;--soft:#565c64;--line:#d6dade;--grid:#e6e9ec;
--good:#0072b2;--good-pale:#cfe4f2;--bad:#d55e00;--bad-pale:#fbe3d3;--third:#009e73;
--mark:#000;--on-mid:#1a1c1f;--on-good:#fff}
@media(prefers-color-scheme:dark){:root{
--paper:#15181c;--raised:#1f242a;--ink:#eceef0;--soft:#a9b1ba;--line:#3a424b;--grid:#2a3138;
--good:#56b4e9;--good-pale:#1d3f54;--bad:#f08a3c;--bad-pale:#4a2b14;--third:#2fc79a;
--mark:#fff;--on-mid:#06141d;--on-good:#06141d}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);
font:1.0625rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",Ubuntu,sans-serif;
overflow-wrap:break-word}
.sheet{max-width:60rem;margin:0 auto;padding:1.5rem 1.25rem 4rem}
h1{font-size:2rem;line-height:1.15;margin:0;letter-spacing:-.01em}
h2{font-size:1.4rem;line-height:1.25;margin:0 0 .5rem}
h3{font-size:1.05rem;margin:1.5rem 0 .35rem}
.subtitle{margin:.35rem 0 0;color:var(--soft)}
p,ul,ol{margin:.5rem 0;max-width:44rem}
section{margin-top:2.5rem;padding-top:1.5rem;border-top:1px solid var(--line)}
a{color:var(--good)}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;
font-size:.9em}
pre{background:var(--raised);border:1px solid var(--line);border-radius:.4rem;
padding:.75rem 1rem;margin:.75rem 0;white-space:pre-wrap;overflow-wrap:anywhere}
.split{display:grid;grid-template-columns:minmax(13rem,2fr) 5fr;gap:1rem 2.5rem;align-items:center;
margin-top:1.5rem}
.big{font-size:1.35rem;font-weight:650;line-height:1.1;margin:0 0 .6rem}
.big b{display:block;font-size:6rem;line-height:.95;letter-spacing:-.03em;color:var(--good)}
.big.leaky b{color:var(--bad)}
.lead{font-size:1.2rem;line-height:1.45;max-width:none;margin:1.25rem 0}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:.9rem;
margin:1rem 0}
.tiles>div{background:var(--raised);border:1px solid var(--line);border-radius:.5rem;
padding:.8rem 1rem}
.tiles h3{margin:0 0 .35rem}
.tiles p,.tiles ul{margin:.25rem 0;padding:0;list-style:none}
.tiles li{display:flex;justify-content:space-between;gap:1rem;font-variant-numeric:tabular-nums}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(18rem,1fr));gap:1rem 2rem}
.note{color:var(--soft);font-size:.93rem}
.scroll{overflow-x:auto;margin:.9rem 0}
table{border-collapse:collapse;font-size:.95rem}
caption{text-align:left;color:var(--soft);padding-bottom:.35rem}
th,td{padding:.4rem .9rem .4rem 0;text-align:left;vertical-align:middle;
border-bottom:1px solid var(--line)}
th{color:var(--soft);font-weight:600;vertical-align:bottom;line-height:1.3}
tbody tr:last-child td{border-bottom:0}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
audio{display:block;width:100%;min-width:11rem;max-width:20rem;margin-top:.3rem;height:2.4rem}
figure{margin:1rem 0}
figcaption{color:var(--soft);font-size:.93rem;max-width:44rem}
svg{display:block;max-width:100%;height:auto}
svg text{font-family:inherit;fill:var(--ink)}
details{margin:.75rem 0}
summary{cursor:pointer;color:var(--good)}
@media(max-width:44rem){.split{grid-template-columns:1fr}.big b{font-size:5rem}}
@media(max-width:30rem){.wide{display:none}.sheet{padding:1rem .9rem 3rem}h1{font-size:1.6rem}
section{margin-top:1.75rem}th,td{padding-right:.7rem}}
@media print{:root{color-scheme:light;--paper:#fff;--raised:#fff;--ink:#000;--soft:#333;
--line:#999;--grid:#ccc;--good:#0072b2;--good-pale:#cfe4f2;--bad:#d55e00;--bad-pale:#fbe3d3;
--third:#009e73;--mark:#000;--on-mid:#1a1c1f;--on-good:#fff}
body{font-size:10.5pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.sheet{max-width:none;padding:0}audio{display:none}.scroll{overflow:visible}
figure,tr,.keep{break-inside:avoid}h2,h3{break-after:avoid}}
"""
