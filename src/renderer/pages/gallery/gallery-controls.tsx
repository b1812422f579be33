import { Chip, Group, SegmentedControl, Select, Slider, Text, TextInput } from '@mantine/core';
import type { Gallery } from '../../../shared/contract.ts';
import { metricNames, type Method } from '../../../shared/evaluation.ts';
import { texts } from '../../texts/en.ts';
import { valuesOf, type GalleryView } from './gallery-order.ts';
import type { Display } from './gallery-page.tsx';

interface GalleryControlsProps {
  readonly gallery: Gallery;
  readonly view: GalleryView;
  readonly display: Display;
  readonly available: readonly Method[];
  readonly shown: number;
  readonly onView: (change: Partial<GalleryView>) => void;
  readonly onDisplay: (change: Partial<Display>) => void;
}

export function GalleryControls({ gallery, view, display, available, shown, onView, onDisplay }: GalleryControlsProps) {
  const metrics = metricNames.filter((metric) => valuesOf(gallery, metric) !== null);
  return (
    <Group mb="md" gap="lg" align="flex-end">
      <Select
        label={texts.gallery.sort}
        w={210}
        allowDeselect={false}
        value={view.sort}
        data={[
          { value: 'index', label: texts.gallery.order },
          ...metrics.map((metric) => ({ value: metric, label: texts.metrics[metric].title })),
        ]}
        onChange={(sort) => { onView({ sort: (sort ?? 'index') }); }}
      />
      {view.sort !== 'index' && (
        <SegmentedControl
          aria-label={texts.gallery.sort}
          value={view.bestFirst ? 'best' : 'worst'}
          data={[
            { value: 'best', label: texts.gallery.best },
            { value: 'worst', label: texts.gallery.worst },
          ]}
          onChange={(value) => { onView({ bestFirst: value === 'best' }); }}
        />
      )}
      <TextInput
        label={texts.gallery.filter}
        w={230}
        value={view.filter}
        onChange={(event) => { onView({ filter: event.currentTarget.value }); }}
      />
      <div>
        <Text size="sm" fw={500} mb={6}>
          {texts.gallery.show}
        </Text>
        <Chip.Group
          multiple
          value={[...display.methods]}
          // In the order in which they are always shown, whatever was clicked first.
          onChange={(chosen) => { onDisplay({ methods: available.filter((method) => chosen.includes(method)) }); }}
        >
          <Group gap={6}>
            {available.map((method) => (
              <Chip key={method} value={method} size="xs">
                {texts.methods[method]}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </div>
      <div style={{ width: 130 }}>
        <Text size="sm" fw={500} mb={12}>
          {texts.gallery.size}
        </Text>
        <Slider
          min={64}
          max={256}
          step={32}
          label={null}
          thumbLabel={texts.gallery.size}
          value={display.size}
          onChange={(size) => { onDisplay({ size }); }}
        />
      </div>
      <Text size="sm" c="dimmed" ml="auto" aria-live="polite">
        {texts.gallery.shown(shown, gallery.entries.length)}
      </Text>
    </Group>
  );
}
