import { describe, expect, it } from 'vitest';
import { guessFormat } from './reading';

describe('the format of an import', () => {
  it.each([
    ['services:\n  web:\n    image: nginx', '', 'compose'],
    ['version: "3"\nx-common: &a {}\nservices:\n  web: {}', 'docker-compose.yml', 'compose'],
    ['graph TD\n  a --> b', '', 'mermaid'],
    ['%% a comment\nflowchart LR\n a --> b', '', 'mermaid'],
    ['---\ntitle: x\n---\nflowchart LR\n a --> b', '', 'mermaid'],
    ['<mxfile host="app"><diagram/></mxfile>', '', 'drawio'],
    ['<?xml version="1.0"?><mxGraphModel/>', '', 'drawio'],
    ['format: linchpin/1\nname: x', '', 'linchpin'],
    ['{"format": "linchpin/1", "name": "x"}', '', 'linchpin'],
    ['anything', 'sketch.mmd', 'mermaid'],
    ['hello', 'notes.txt', null],
  ] as const)('%j is told (%s)', (content, name, format) => expect(guessFormat(content, name)).toBe(format));
});
