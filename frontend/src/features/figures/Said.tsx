import { useDrawing } from '../drawing';
import { NodeLink } from './NodeLink';

interface Props {
  readonly text: string;
  /** The elements that it is about: words for a kind are names only where they are among these. */
  readonly ids?: readonly string[];
}

/** A sentence of the server's, in which elements are called by their names and can be gone to. */
export function Said({ text, ids }: Props) {
  const { mentionsIn } = useDrawing();
  return mentionsIn(text, ids).map((piece, index) => (piece.id === null ? piece.text : <NodeLink key={`${piece.id}:${index}`} id={piece.id} />));
}
