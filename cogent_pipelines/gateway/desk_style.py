"""How the desk looks: one style sheet, no external asset, light and dark."""

STYLE = """
:root{--ground:#f6f5f2;--card:#fff;--ink:#1d2126;--soft:#667079;--line:#e3e1db;--critical:#b3261e;--critical-wash:#fbeae8;
--transient:#8a6100;--transient-wash:#fbf3df;--good:#1f6f4a;--link:#1f5fa8;color-scheme:light dark}
@media (prefers-color-scheme:dark){:root{--ground:#15181b;--card:#1d2125;--ink:#e8e6e1;--soft:#98a1a9;--line:#31373d;
--critical:#ff8a80;--critical-wash:#3a2220;--transient:#f0c560;--transient-wash:#352c17;--good:#7fd1a5;--link:#8ab8f0}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main,header>div{max-width:74rem;margin:0 auto;padding:0 1.5rem}
header{background:var(--card);border-bottom:1px solid var(--line);padding:1rem 0}
header>div{display:flex;flex-wrap:wrap;align-items:baseline;gap:.35rem 1.5rem}
h1{font-size:1.25rem;margin:0;letter-spacing:-.01em}
h2{font-size:1.05rem;margin:2.25rem 0 .75rem}
h2 small,h3 small{font-weight:400;color:var(--soft);margin-left:.5rem}
h3{font-size:1rem;margin:0}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
nav{display:flex;gap:1.25rem;margin-left:auto}
time,.soft{color:var(--soft)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.75rem;
margin:1.5rem 0 0;padding:0;list-style:none}
.tiles li{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.8rem 1rem}
.tiles strong{display:block;font-size:1.7rem;line-height:1.15;font-weight:600;font-variant-numeric:tabular-nums}
.tiles .critical strong{color:var(--critical)}.tiles .transient strong{color:var(--transient)}
.tiles .good strong{color:var(--good)}
.chips{display:flex;flex-wrap:wrap;gap:.4rem;margin:1.25rem 0 0}
.chips a{border:1px solid var(--line);border-radius:1rem;padding:.1rem .75rem;color:var(--ink);background:var(--card);
font-size:.87rem}
.chips a[aria-current]{background:var(--ink);color:var(--card);border-color:var(--ink)}
.chips span{font-size:.87rem;color:var(--soft);padding:.15rem .2rem 0 0}
.card{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--line);border-radius:.5rem;
margin:0 0 .9rem;overflow:hidden}
.card.critical{border-left-color:var(--critical)}.card.transient{border-left-color:var(--transient)}
.card>.about{padding:.8rem 1rem}
.card p{margin:.3rem 0 0;max-width:62rem}
.badge{display:inline-block;border-radius:.35rem;padding:0 .5rem;font-size:.8rem;font-weight:600;margin-right:.6rem}
.critical .badge{background:var(--critical-wash);color:var(--critical)}
.transient .badge{background:var(--transient-wash);color:var(--transient)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th{font-weight:500;color:var(--soft);text-align:left;font-size:.8rem}
th,td{padding:.4rem 1rem;border-top:1px solid var(--line);vertical-align:top}
.queues tr:first-child th{border-top:0}
td.what,td.name{overflow-wrap:anywhere}
td.name strong{font-weight:600}
td .soft{font-size:.82rem;overflow-wrap:anywhere}
table.cases{table-layout:fixed;min-width:46rem}
.cases th:nth-child(1){width:24%}.cases th:nth-child(3){width:15%}.cases th:nth-child(4){width:21%}
.number{text-align:right;font-variant-numeric:tabular-nums}
summary{cursor:pointer;color:var(--link)}
details>summary{padding:.4rem 1rem}
.calm{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:2rem;text-align:center;margin:1.5rem 0}
.alarm{background:var(--critical-wash);color:var(--critical);border-radius:.6rem;padding:1rem;margin:1.5rem 0 0}
footer{margin:2.5rem 0 3rem;color:var(--soft);font-size:.85rem}
"""
