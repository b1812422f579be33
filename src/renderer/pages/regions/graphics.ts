/** Whether this browser can draw volumes. */
let known: boolean | null = null;

/** Asked once: every question takes a graphics context, and a browser has few. */
export function hasWebGl2(): boolean {
  if (known !== null) return known;
  const context = document.createElement('canvas').getContext('webgl2');
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  known = context !== null;
  return known;
}
