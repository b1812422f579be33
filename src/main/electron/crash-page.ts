/** The page after the interface has crashed: plain, without a script, so that it cannot crash too. */

export function crashPage(nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>Cortext</title>
<style nonce="${nonce}">
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #fbfbfc; color: #22252b;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif }
main { max-width: 34rem; padding: 2rem }
h1 { font-size: 1.4rem }
a { display: inline-block; margin-top: .5rem; padding: .55rem 1.1rem; border-radius: 8px; background: #3451b2; color: #fff;
  text-decoration: none; font-weight: 600 }
a:focus-visible { outline: 3px solid #8fa6f4; outline-offset: 2px }
@media (prefers-color-scheme: dark) { body { background: #131417; color: #e6e7ea } }
</style>
</head>
<body>
<main>
<h1>This page has crashed</h1>
<p>Nothing is lost: recordings and experiments are in the workspace, and what trains goes on training.</p>
<a href="/library" autofocus>Back to the library</a>
</main>
</body>
</html>
`;
}
