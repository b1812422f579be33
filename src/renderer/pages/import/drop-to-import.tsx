import { useState, type DragEvent, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import { importTexts } from '../../texts/import.ts';
import { broughtByDrop, handOver } from './dropped-files.ts';

/** Takes files and folders that are dropped anywhere on the window to the wizard. */
export function DropToImport({ children }: { children: ReactNode }) {
  const [over, setOver] = useState(false);
  const [, navigate] = useLocation();
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files');
  return (
    <div
      className={over ? 'drop-page drop-over' : 'drop-page'}
      data-hint={importTexts.dropAnywhere}
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
        setOver(false);
        const brought = broughtByDrop(event.dataTransfer);
        if (brought === null) return;
        handOver(brought);
        navigate('/import');
      }}
    >
      {children}
    </div>
  );
}
