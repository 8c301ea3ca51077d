/** Formats that can be read; `auto` lets the content decide. */
export type ImportFormat = 'compose' | 'mermaid' | 'drawio' | 'linchpin' | 'csv';
export const FORMATS: readonly ImportFormat[] = ['compose', 'mermaid', 'drawio', 'linchpin', 'csv'];

/** What a text most likely is, by how it begins and what it is called; null when nothing speaks for any format. */
export function guessFormat(content: string, filename = ''): ImportFormat | null {
  const name = filename.toLowerCase();
  if (/\.(mmd|mermaid)$/.test(name)) return 'mermaid';
  if (/\.(drawio|dio)$/.test(name)) return 'drawio';
  if (/\.(csv|tsv)$/.test(name)) return 'csv';
  const text = content.replace(/^\uFEFF/, '').trimStart();
  if (/^<(\?xml[^>]*>\s*)?<?(mxfile|mxGraphModel)\b/.test(text) || text.includes('<mxGraphModel')) return 'drawio';
  if (/["']?format["']?\s*:\s*["']?linchpin\/\d/.test(text)) return 'linchpin';
  const firstLine = text.replace(/^(%%.*\n|---\n[\s\S]*?\n---\n|\s)*/, '');
  if (/^(graph|flowchart|C4\w*|architecture-beta)\b/.test(firstLine)) return 'mermaid';
  if (/^services\s*:/m.test(text) || /compose.*\.ya?ml$/.test(name)) return 'compose';
  return null;
}

/** No larger than the server takes. */
export const LARGEST_BYTES = 5 * 1024 * 1024;
