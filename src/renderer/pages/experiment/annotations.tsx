import { SimpleGrid, TagsInput, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '../../api/client-context.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { texts } from '../../texts/en.ts';

interface AnnotationsProps {
  readonly id: string;
  readonly tags: readonly string[];
  readonly note: string;
}

/** Tags are kept as they are typed, the note when the field is left. */
export function Annotations({ id, tags, note }: AnnotationsProps) {
  const annotate = useAction('experiments.annotate');
  const [draft, setDraft] = useState(note);
  return (
    <div className="panel">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Textarea
          label={texts.experiment.note}
          placeholder={texts.experiment.notePlaceholder}
          autosize
          minRows={2}
          value={draft}
          onChange={(event) => { setDraft(event.currentTarget.value); }}
          onBlur={() => { if (draft !== note) annotate.mutate({ id, note: draft }); }}
        />
        <TagsInput
          label={texts.experiment.tags}
          placeholder={texts.experiment.tagsPlaceholder}
          value={[...tags]}
          onChange={(chosen) => { annotate.mutate({ id, tags: chosen }); }}
        />
      </SimpleGrid>
      {annotate.isError && <ErrorPanel error={annotate.error} />}
    </div>
  );
}
