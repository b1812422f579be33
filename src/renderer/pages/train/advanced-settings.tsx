import { Accordion, ActionIcon, Badge, Group, NumberInput, Select, Switch, Text } from '@mantine/core';
import type { Preset } from '../../../shared/experiment.ts';
import { typedSettingInWords } from '../../components/setting-words.ts';
import { texts } from '../../texts/en.ts';
import { settingSections, settingTexts, type SettingSection, type SettingText } from '../../texts/training-settings.ts';
import { presetValue, settingOf, withSetting, type TrainingDraft } from './draft.ts';

interface AdvancedSettingsProps {
  readonly draft: TrainingDraft;
  readonly preset: Preset;
  readonly onChange: (part: Partial<TrainingDraft>) => void;
}

/** Everything that a preset decides, folded by section. */
export function AdvancedSettings({ draft, preset, onChange }: AdvancedSettingsProps) {
  const change = (path: string, value: string): void => {
    onChange({ settings: withSetting(draft, preset, path, value) });
  };
  return (
    <Accordion variant="contained" radius="md" multiple aria-label={texts.train.advanced}>
      {(Object.keys(settingSections) as SettingSection[]).map((section) => {
        const changed = Object.keys(draft.settings).filter((path) => path.startsWith(`${section}.`)).length;
        return (
          <Accordion.Item key={section} value={section}>
            <Accordion.Control>
              <Group gap="sm">
                {settingSections[section]}
                {changed > 0 && <Badge size="sm">{texts.train.changed(changed)}</Badge>}
              </Group>
            </Accordion.Control>
            <Accordion.Panel>
              {Object.entries(settingTexts[section]).map(([name, about]) => {
                const path = `${section}.${name}`;
                return (
                  <Setting
                    key={path}
                    path={path}
                    about={about}
                    value={settingOf(draft, preset, path)}
                    usual={presetValue(preset, path)}
                    onChange={(value) => {
                      change(path, value);
                    }}
                  />
                );
              })}
            </Accordion.Panel>
          </Accordion.Item>
        );
      })}
    </Accordion>
  );
}

interface SettingProps {
  readonly path: string;
  readonly about: SettingText;
  readonly value: string;
  /** The preset's. */
  readonly usual: string;
  readonly onChange: (value: string) => void;
}

function Setting({ path, about, value, usual, onChange }: SettingProps) {
  const { title, text, unit } = about;
  return (
    <div className="setting">
      <div>
        <Text size="sm" fw={550}>
          {title}
        </Text>
        <Text size="xs" c="dimmed">
          {text}
        </Text>
      </div>
      <div>
        <SettingInput about={about} value={value} usual={usual} onChange={onChange} />
        <Text size="xs" c="dimmed" mt={2}>
          {[unit, texts.train.preset(typedSettingInWords(path, usual))]
            .filter((part) => part !== undefined)
            .join(' · ')}
        </Text>
      </div>
      {value === usual ? (
        <span />
      ) : (
        <ActionIcon
          variant="subtle"
          aria-label={texts.train.reset(title)}
          title={texts.train.reset(title)}
          onClick={() => {
            onChange(usual);
          }}
        >
          ↺
        </ActionIcon>
      )}
    </div>
  );
}

function SettingInput({ about: { title, choices }, value, usual, onChange }: Omit<SettingProps, 'path'>) {
  if (choices !== undefined) {
    return (
      <Select
        aria-label={title}
        size="xs"
        allowDeselect={false}
        value={value}
        data={Object.entries(choices).map(([choice, label]) => ({ value: choice, label }))}
        onChange={(chosen) => {
          onChange(chosen ?? usual);
        }}
      />
    );
  }
  if (usual === 'true' || usual === 'false') {
    return (
      <Switch
        aria-label={title}
        checked={value === 'true'}
        onChange={(event) => {
          onChange(String(event.currentTarget.checked));
        }}
      />
    );
  }
  return (
    <NumberInput
      aria-label={title}
      size="xs"
      min={0}
      value={value === 'null' ? '' : Number(value)}
      // An empty field means none where the preset allows it; the program says so where it does not.
      onChange={(typed) => {
        onChange(typed === '' ? 'null' : String(typed));
      }}
    />
  );
}
