/**
 * The page before its first message. The addresses of its files are queries alone, so they lead to the page's own path, whatever
 * that is.
 */
export function pageHtml(title: string): string {
  const shown = escapeHtml(title)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${shown}</title>
<link rel="icon" href="?file=icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="?file=page.css">
<script type="module" src="?file=page.js"></script>
</head>
<body>
<a class="skip" href="#pools">Skip to the pools</a>
<header>
<h1>${shown}</h1>
<p id="connection" class="connection" role="status">Connecting…</p>
</header>
<div id="news" class="unseen" aria-live="polite"></div>
<main id="pools" tabindex="-1"></main>
<noscript><p>This page needs JavaScript. Without it, <a href="?file=status.json">the same as JSON</a>.</p></noscript>
</body>
</html>
`
}

const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPED[character] ?? character)
}
