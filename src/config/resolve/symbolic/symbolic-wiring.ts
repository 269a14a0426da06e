import type { FieldPath } from '../../../model/failures/config-problem.ts';
import type { Slot } from '../../schema/parts.ts';
import { type AddressOf, addressOf } from '../address-of.ts';
import type { FilledSlot } from '../filled-slot.ts';
import type { WiringValues } from '../wiring.ts';
import type { Owner, WiringFunction, WiringInputs, WiringSource } from '../wiring-source.ts';
import type { FunctionResults } from './function-results.ts';
import type { Samples } from './samples.ts';
import type { Sample } from './stand-ins.ts';

/** Resolves with the values of one sample, and with nothing of the environment of this process. */
export class SymbolicWiring implements WiringSource {
  readonly ports: WiringInputs['ports'];
  readonly volumes: WiringInputs['volumes'];
  readonly filesFolder: WiringInputs['filesFolder'];
  readonly env: WiringInputs['env'] = {};
  readonly #samples: Samples;
  readonly #results: FunctionResults;
  readonly #sample: Sample;

  constructor(samples: Samples, results: FunctionResults, sample: Sample) {
    const { ports, volumes, filesFolder } = samples.inputsOf(sample);
    this.ports = ports;
    this.volumes = volumes;
    this.filesFolder = filesFolder;
    this.#samples = samples;
    this.#results = results;
    this.#sample = sample;
  }

  valuesFor(owner: Owner, slot: Slot): WiringValues {
    const ignore = (): void => undefined;
    const how = { sample: this.#sample, varying: 'every-port', unset: null } as const;
    return this.#samples.valuesFor(owner, { ...how, slot, onRead: ignore, onList: ignore });
  }

  call(slot: Slot, wiringFunction: WiringFunction, path: FieldPath, owner: Owner): FilledSlot {
    const result = this.#results.of({ slot, wiringFunction, path, owner });
    return { value: this.#samples.fill(result, this.#sample, slot), problems: [] };
  }

  addressOf: AddressOf = ({ host, port }, consumer) => {
    const reached = addressOf({ host, port }, consumer);
    return { ...reached, host: this.#samples.hostOf(this.#sample, port, reached.host) };
  };
}
