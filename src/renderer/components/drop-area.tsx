import { useState, type DragEvent, type ReactNode } from 'react';

interface DropAreaProps {
  readonly className: string;
  /** Over the area while something hovers. */
  readonly hint: string;
  readonly onDrop: (transfer: DataTransfer) => void;
  readonly children: ReactNode;
}

/** Takes files and folders that are dropped on it. */
export function DropArea({ className, hint, onDrop, children }: DropAreaProps) {
  const [over, setOver] = useState(false);
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files');
  return (
    <div
      className={over ? `${className} drop-over` : className}
      data-hint={hint}
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        // Entering a child is leaving its parent too.
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        event.stopPropagation();
        setOver(false);
        onDrop(event.dataTransfer);
      }}
    >
      {children}
    </div>
  );
}
