// All rules begin with `.drift-policy`, so that nothing of Argo CD's page changes. Its dark theme is the class theme-dark above us.
// What argo-ui's own styles do to plain elements (src/styles/main.scss: colours of headings, no outline on buttons) is undone.
export const css = `
.drift-policy{--line:#ccd6dd;--quiet:#495763;--back:#fff;--ink:#24292f;--mark:#0b5cad;--warn:#8a3a00;--soft:#eef2f5;
color:var(--ink);background:var(--back);padding:16px;font-size:14px;line-height:1.45;overflow-wrap:break-word;text-align:left}
.theme-dark .drift-policy{--line:#4a545c;--quiet:#b3c0ca;--back:#1c2227;--ink:#e8eef2;--mark:#7cc0ff;--warn:#ffb684;--soft:#2a3238}
.drift-policy h2,.drift-policy h3{color:inherit;font-family:inherit;font-weight:700}
.drift-policy h2{font-size:18px;margin:0 0 8px}.drift-policy h3{font-size:15px;margin:20px 0 6px}
.drift-policy section+section{border-top:1px solid var(--line);margin-top:20px;padding-top:16px}
.drift-policy dl{display:grid;grid-template-columns:minmax(110px,max-content) 1fr;gap:4px 16px;margin:8px 0}
.drift-policy dt{color:var(--quiet);font-weight:400;margin:0}.drift-policy dd{margin:0}
.drift-policy p{margin:6px 0}.drift-policy ul{margin:4px 0 4px 18px}
.drift-policy p,.drift-policy li{font-size:inherit;line-height:inherit}
.drift-policy code{font-weight:400;overflow-wrap:anywhere;font-family:monospace;font-size:13px;background:var(--soft);color:inherit;padding:0 3px;border:0}
.drift-policy .severity{font-weight:700;border:1px solid currentColor;border-radius:3px;padding:0 6px;white-space:nowrap}
.drift-policy .warn{color:var(--warn)}.drift-policy .quiet{color:var(--quiet)}
.drift-policy .scroll{overflow:auto;max-height:70vh;border:1px solid var(--line)}
.drift-policy table{border-collapse:collapse;width:100%;margin:0}
.drift-policy caption{text-align:left;padding:6px 8px;color:var(--quiet)}
.drift-policy th,.drift-policy td{text-align:left;vertical-align:top;padding:6px 8px;border-top:1px solid var(--line);color:inherit;min-width:60px}
.drift-policy thead th{background:var(--soft)}.drift-policy tbody th{font-weight:600}.drift-policy th .quiet{font-weight:400}
.drift-policy label{display:block;font-weight:600;margin:10px 0 4px;color:inherit}
.drift-policy input{width:100%;max-width:640px;padding:6px 8px;font:inherit;color:inherit;background:var(--back);border:1px solid var(--quiet);border-radius:3px}
.drift-policy button{font:inherit;padding:6px 14px;margin:0 8px 0 0;color:var(--back);background:var(--mark);border:1px solid var(--mark);border-radius:3px;cursor:pointer}
.drift-policy button[aria-disabled=true]{color:var(--quiet);background:var(--soft);border:1px dashed var(--quiet);cursor:not-allowed}
.drift-policy :focus-visible{outline:3px solid var(--mark)!important;outline-offset:2px}
.drift-policy .offer{margin:8px 0}
.drift-policy.drift-policy-status{padding:0;background:none}
.drift-policy-status button.plain{color:var(--mark);background:none;border:0;padding:0;text-decoration:underline}
`;
