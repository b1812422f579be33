import { useCall } from '../api/client-context.tsx';

/** Turns the name that an experiment keeps of its preset into the title that people read: `quick` into `Quick look`. */
export function usePresetTitle(): (name: string) => string {
  const { data: presets = [] } = useCall('presets.list', {});
  return (name) => presets.find((preset) => preset.name === name)?.title ?? name;
}
