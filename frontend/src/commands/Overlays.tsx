import { AddChooser } from './AddChooser';
import { CommandPalette } from './CommandPalette';
import { KeySheet } from './KeySheet';
import { RemovalDialog } from './RemovalDialog';
import { useAdding } from './insert';
import { open, useOpened } from './open';
import { useRemoval } from './remove';

/** The lists and questions that commands open over the page. */
export function Overlays() {
  const opened = useOpened((state) => state.opened);
  const adding = useAdding((state) => state.adding);
  const asking = useRemoval((state) => state.asking);
  const close = (): void => open(null);
  return (
    <>
      {opened === 'palette' && <CommandPalette onClose={close} />}
      {opened === 'search' && <CommandPalette onClose={close} elementsOnly />}
      {opened === 'keys' && <KeySheet onClose={close} />}
      {adding && <AddChooser adding={adding} onClose={() => useAdding.setState({ adding: null })} />}
      {asking !== null && <RemovalDialog asking={asking} onClose={() => useRemoval.setState({ asking: null })} />}
    </>
  );
}
