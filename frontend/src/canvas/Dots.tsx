import { Handle, Position, useStoreApi } from '@xyflow/react';
import { useLayoutEffect, useRef } from 'react';
import styles from './NodeCard.module.css';

const SIDES = [Position.Left, Position.Right, Position.Top, Position.Bottom];

/** The dots of a card from which connections are pulled, there only while they can be: each listens to all that happens. React Flow measured the card without them. */
export function Dots({ id }: { readonly id: string }) {
  const store = useStoreApi();
  const first = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const nodeElement = first.current?.closest<HTMLDivElement>('.react-flow__node');
    if (nodeElement) store.getState().updateNodeInternals(new Map([[id, { id, nodeElement, force: true }]]));
  }, [id, store]);
  return SIDES.map((side, place) => (
    <Handle key={side} ref={place === 0 ? first : null} id={side} type="source" position={side} className={styles['handle']} />
  ));
}
