/** HTML and SVG from templates in which everything interpolated is escaped, unless it is markup already. */

export interface Markup {
  readonly markup: string;
}

type Value = Markup | string | number | null | undefined | false | readonly Value[];

/** `html\`<td>${name}</td>\``: strings are escaped, markup and lists of it are kept, null and false are nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  let markup = parts[0];
  values.forEach((value, index) => {
    markup += render(value) + parts[index + 1];
  });
  return { markup };
}

/** For text that is known to be markup: our own style sheet and script. */
export function raw(markup: string): Markup {
  return { markup };
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** JSON that no `</script>` inside it can end. */
export function jsonForScript(value: unknown): Markup {
  return raw(JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028'));
}

function render(value: Value): string {
  if (value === null || value === undefined || value === false) return '';
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  return 'markup' in value ? value.markup : value.map(render).join('');
}
