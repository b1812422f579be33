import {
  Chip,
  Group,
  Input,
  MultiSelect,
  SegmentedControl,
  Select,
  Slider,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import type { Gallery } from '../../../shared/contract.ts';
import { metricNames, type Method } from '../../../shared/evaluation.ts';
import type { ComparableExperiment } from '../../../shared/gallery.ts';
import { useCall } from '../../api/client-context.tsx';
import { formatDate, formatScore } from '../../components/format.ts';
import { texts } from '../../texts/en.ts';
import { categoriesOf, valuesOf, type GalleryView } from './gallery-order.ts';
import type { Display } from './gallery-page.tsx';

interface GalleryControlsProps {
  readonly experiment: string;
  readonly gallery: Gallery;
  readonly view: GalleryView;
  readonly display: Display;
  readonly available: readonly Method[];
  readonly others: readonly string[];
  readonly shown: number;
  readonly onView: (change: Partial<GalleryView>) => void;
  readonly onDisplay: (change: Partial<Display>) => void;
  readonly onOthers: (ids: readonly string[]) => void;
}

export function GalleryControls(props: GalleryControlsProps) {
  const { experiment, gallery, view, display, available, others, shown, onView, onDisplay, onOthers } = props;
  const metrics = metricNames.filter((metric) => valuesOf(gallery, metric) !== null);
  const categories = categoriesOf(gallery);
  return (
    <Stack mb="md" gap="sm">
      <Group gap="lg" align="flex-end">
        <Select
          label={texts.gallery.sort}
          w={210}
          allowDeselect={false}
          value={view.sort}
          data={[
            { value: 'index', label: texts.gallery.order },
            ...metrics.map((metric) => ({ value: metric, label: texts.metrics[metric].title })),
          ]}
          onChange={(sort) => {
            onView({ sort: sort ?? 'index' });
          }}
        />
        {view.sort !== 'index' && (
          <SegmentedControl
            aria-label={texts.gallery.sort}
            value={view.bestFirst ? 'best' : 'worst'}
            data={[
              { value: 'best', label: texts.gallery.best },
              { value: 'worst', label: texts.gallery.worst },
            ]}
            onChange={(value) => {
              onView({ bestFirst: value === 'best' });
            }}
          />
        )}
        <TextInput
          label={texts.gallery.filter}
          w={180}
          value={view.filter}
          onChange={(event) => {
            onView({ filter: event.currentTarget.value });
          }}
        />
        {categories.length > 0 && (
          <Select
            label={texts.gallery.category}
            placeholder={texts.gallery.anyCategory}
            w={180}
            clearable
            searchable
            limit={200}
            value={view.category}
            data={categories}
            onChange={(category) => {
              onView({ category });
            }}
          />
        )}
        <Text size="sm" c="dimmed" ml="auto" aria-live="polite">
          {texts.gallery.shown(shown, gallery.entries.length)}
        </Text>
      </Group>
      <Group gap="lg" align="flex-start">
        <Input.Wrapper label={texts.gallery.show} labelElement="div">
          <Chip.Group
            multiple
            value={[...display.methods]}
            // In the order in which they are always shown, whatever was clicked first.
            onChange={(chosen) => {
              onDisplay({ methods: available.filter((method) => chosen.includes(method)) });
            }}
          >
            <Group gap={6}>
              {available.map((method) => (
                <Chip key={method} value={method} size="xs">
                  {texts.methods[method]}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        </Input.Wrapper>
        <Input.Wrapper label={texts.gallery.size} labelElement="div" w={130}>
          <Slider
            min={64}
            max={256}
            step={32}
            label={null}
            thumbLabel={texts.gallery.size}
            value={display.size}
            onChange={(size) => {
              onDisplay({ size });
            }}
          />
        </Input.Wrapper>
        <OtherExperiments experiment={experiment} chosen={others} onChange={onOthers} />
      </Group>
    </Stack>
  );
}

interface OtherExperimentsProps {
  readonly experiment: string;
  readonly chosen: readonly string[];
  readonly onChange: (ids: readonly string[]) => void;
}

/** Only experiments whose reconstructions are of the same stimuli. */
function OtherExperiments({ experiment, chosen, onChange }: OtherExperimentsProps) {
  const { data: comparable = [] } = useCall('gallery.comparable', { id: experiment });
  return (
    <MultiSelect
      label={texts.gallery.others}
      placeholder={chosen.length === 0 ? texts.gallery.othersPlaceholder : ''}
      flex={1}
      miw={260}
      maw={560}
      // Two names and the place to search beside them stand in one line.
      styles={{ inputField: { minWidth: 40 } }}
      searchable
      clearable
      maxValues={4}
      nothingFoundMessage={texts.gallery.othersNone}
      value={[...chosen]}
      data={comparable.map(({ id, name }) => ({ value: id, label: name }))}
      renderOption={({ option }) => {
        const other = comparable.find(({ id }) => id === option.value);
        return other === undefined ? option.label : <OtherExperiment other={other} />;
      }}
      onChange={onChange}
    />
  );
}

function OtherExperiment({ other: { name, regions, createdAt, identification } }: { other: ComparableExperiment }) {
  const facts = [
    regions.join(' + '),
    formatDate(createdAt),
    identification === null
      ? ''
      : `${texts.metrics['two-way-identification'].title} ${formatScore('two-way-identification', identification)}`,
  ];
  return (
    <div>
      <Text size="sm">{name}</Text>
      <Text size="xs" c="dimmed">
        {facts.filter((fact) => fact !== '').join(' · ')}
      </Text>
    </div>
  );
}
