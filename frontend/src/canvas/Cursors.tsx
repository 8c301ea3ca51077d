import { ViewportPortal } from '@xyflow/react';
import { usePeople } from '../editor/drawing';
import { Icon } from '../ui/Icon';
import styles from './Canvas.module.css';

/** Where the others are. */
export function Cursors() {
  const people = usePeople((state) => state.people);
  return (
    <ViewportPortal>
      {people.map(
        ({ id, name, color, cursor }) =>
          cursor && (
            <div key={id} className={styles['cursor']} style={{ transform: `translate(${cursor.x}px, ${cursor.y}px)`, color }}>
              <Icon name="arrow" size={16} />
              <span style={{ background: color }}>{name}</span>
            </div>
          ),
      )}
    </ViewportPortal>
  );
}
