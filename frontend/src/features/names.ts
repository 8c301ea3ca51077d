import type { Drawing } from '../editor/drawing';
import { afterName } from '../i18n/particles';

type Elements = Pick<Drawing, 'nodes' | 'edges' | 'flows'>;

/** What an element is called: its name, of a replica with its number, of a connection its ends; else the id. */
export function nameIn(drawing: Elements, id: string): string {
  const [whole = id, number] = id.split('#');
  const node = drawing.nodes.get(whole);
  if (node) return `${node.name ?? node.id}${number === undefined ? '' : ` #${number}`}`;
  const edge = drawing.edges.get(id);
  if (edge) return `${nameIn(drawing, edge.source)} → ${nameIn(drawing, edge.target)}`;
  return drawing.flows.get(id)?.name ?? id;
}

/** A piece of a served sentence: plain text, or the name of the element that the server called by its id. */
export interface Piece {
  readonly text: string;
  readonly id: string | null;
}

/** Ids, replicas of them (`web#2`) included, as whole words; `a > b` is the connection between two. */
const WORD = /(?<![\w#.-])[a-z0-9_][a-z0-9_-]*(?:#\d+)?(?![\w#]|-\w|\.\w)/g;
/** After these a word for a kind of thing is a word, also where an element has it for an id: "a cache in front". */
const PROSE = /(?:^|[\s(])(?:an?|the|its|this|that|each|every|no|one|two|other|another|more|second|third|fourth|fifth)\s$/i;
const KIND = /^(?:user|client|dns|cdn|balancer|gateway|server|service|session|store|cache|database|storage|search|index|queue|worker|log|metric|automation|region|zone|rack|host|flow|replica)s?$/;

/** The sentence in pieces, the ids in it replaced by what the drawing calls them. `ids`: which it is about; words for a kind are taken for an id only where they are among these. */
export function mentions(text: string, drawing: Elements, ids?: readonly string[]): Piece[] {
  const pieces: Piece[] = [];
  const wanted = ids && new Set(ids);
  let done = 0;
  let before = '';
  const say = (rest: string): void => {
    const said = afterName(before, rest);
    if (said !== '') pieces.push({ text: said, id: null });
  };
  for (const match of text.matchAll(WORD)) {
    const id = match[0];
    const whole = id.split('#', 1)[0] ?? id;
    const known = drawing.nodes.has(whole) || drawing.edges.has(id) || drawing.flows.has(id);
    const meant = wanted === undefined || wanted.has(id) || wanted.has(whole);
    const prose = KIND.test(id) ? !meant || PROSE.test(text.slice(0, match.index)) : text.startsWith(' server', match.index + id.length);
    if (!known || prose) continue;
    say(text.slice(done, match.index));
    before = nameIn(drawing, id);
    pieces.push({ text: before, id });
    done = match.index + id.length;
  }
  say(text.slice(done));
  return pieces;
}

/** The sentence that the pieces make. */
export function joined(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join('');
}
