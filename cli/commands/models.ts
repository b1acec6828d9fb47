import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';
import type { Begun } from '../models.ts';

/** The settings of the Tributary that runs here. */
async function running() {
  const { withRunningStack } = await import('../embeddedStack.ts');
  return withRunningStack(loadConfig());
}

function tell({ model, active, backfill }: Begun): void {
  console.log(
    active
      ? `${model} looks at pictures from now on.`
      : `"tributary models use ${model}" lets it look at pictures.`,
  );
  for (const { tenant, pictures } of backfill) {
    console.log(`  ${pictures} pictures of ${tenant} that it has not seen are looked at in the background.`);
  }
}

/** Models that look at pictures. */
export function addModels(program: Command): void {
  const models = program.command('models').description('models that look at pictures');

  models
    .command('add')
    .description(
      'copy a model in, when it runs; the first detector and the first classifier are in use at once',
    )
    .argument('<manifest>', 'JSON file beside the ONNX file; docs/detection.md says what is in it')
    .action(async (manifest: string) => {
      const { addFrom } = await import('../models.ts');
      tell(await addFrom(await running(), manifest));
    });

  models
    .command('list')
    .description('show all of them')
    .option('--json', 'print them as JSON', false)
    .action(async (options: { json: boolean }) => {
      const { listed } = await import('../models.ts');
      const all = await listed(await running());
      if (options.json) {
        console.log(
          JSON.stringify(
            all.map(({ manifest: _, ...model }) => model),
            null,
            2,
          ),
        );
        return;
      }
      if (all.length === 0) console.log('There is none. "tributary models add <manifest>" adds one.');
      for (const { name, version, family, bytes, active, tenants, pictures } of all) {
        const users = [...(active ? ['in use'] : []), ...tenants.map((tenant) => `in use for ${tenant}`)];
        console.log(
          `${name}@${version}  ${family}, ${(bytes / 1e6).toFixed(1)} MB, ${pictures} pictures` +
            `${users.length > 0 ? `; ${users.join(', ')}` : ''}`,
        );
      }
    });

  models
    .command('check')
    .description('let a model look at a picture')
    .argument('<model>', 'name@version, or a manifest (.json) of one that was not added')
    .argument('<picture>', 'any picture')
    .option('--out <file>', 'save the picture with its boxes drawn, as PNG')
    .option('--json', 'print everything it saw as JSON', false)
    .action(async (model: string, picture: string, options: { out?: string; json: boolean }) => {
      const { check } = await import('../models.ts');
      const seen = await check(running, model, picture, options.out ?? null);
      if (options.json) {
        console.log(JSON.stringify(seen, null, 2));
        return;
      }
      console.log(`${seen.model}: ${seen.boxes.length} boxes from a score of 0.05 on`);
      for (const { label, score, box } of seen.boxes) {
        console.log(`  ${score.toFixed(3)}  ${label}  [${box.map((side) => side.toFixed(4)).join(', ')}]`);
      }
    });

  models
    .command('use')
    .description('let a model look at pictures from now on, and at those that it has not seen')
    .argument('<model>', 'name@version; none: no model')
    .option('--tenant <name>', 'of this tenant only; otherwise of all that have none of their own')
    .option('--classifier', 'with none: no classifier names the animals', false)
    .action(async (model: string, options: { tenant?: string; classifier: boolean }) => {
      const { use } = await import('../models.ts');
      const role = options.classifier ? 'classifier' : 'detector';
      const begun = await use(await running(), model, options.tenant ?? null, role);
      if (model === 'none') console.log(`No ${role} looks at these pictures from now on.`);
      else tell(begun);
    });

  models
    .command('remove')
    .description('take a model out of use and delete its files; boxes that it gave stay')
    .argument('<model>', 'name@version')
    .action(async (model: string) => {
      const { remove } = await import('../models.ts');
      await remove(await running(), model);
      console.log(`${model} is removed.`);
    });
}
