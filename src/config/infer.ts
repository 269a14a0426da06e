/** The inference of `defineConfig`: from the names in a config to the types of its wiring. */

import type { PortsOfUse, ReadyMade } from './ready-made.ts';
import type { OwnApp, Wiring } from './wiring-types.ts';

type IsAny<T> = 0 extends 1 & T ? true : false;

/** True when nothing could be inferred: then every name is allowed. */
type NamesUnknown<Inits, Sidecars, Ports> = [IsAny<Inits>, IsAny<Sidecars>, IsAny<Ports>] extends [
  true,
  true,
  true,
]
  ? true
  : false;

/** A part that a config leaves out has no names. */
type NamesIn<T> = IsAny<T> extends true ? Nothing : T;

type NameIn<T> = keyof T & string;

/** Port names are inferred from `ports` alone, not from probes and hooks. */
export type OwnPort<Ports> = NoInfer<NameIn<Ports>>;

/** Names that can be used outside the apps: of an app, only its primary. */
export type TopNames<Inits, Sidecars, Ports, Name extends string, Count, AppPorts, Instances> =
  NamesUnknown<Inits, Sidecars, Ports> extends true
    ? string
    : NameIn<NamesIn<Inits>> | NameIn<NamesIn<Sidecars>> | PrimaryNames<Name, Count, AppPorts, Instances>;

type PrimaryNames<Name extends string, Count, AppPorts, Instances> = [keyof NamesIn<AppPorts>] extends [never]
  ? Name | NumberedNames<Name, Count>
  : InAppNames<AppPorts, Instances>;

type InAppNames<AppPorts, Instances> =
  | NameIn<NamesIn<AppPorts>>
  | InstanceName<NameIn<NamesIn<AppPorts>>, NamesIn<Instances>>;

type Numbers<Ports> = { readonly [Port in keyof Ports]: number };

/** Only processes that declare ports: the port map of others was not inferred and is `unknown`. */
type NumbersByProcess<Processes> = {
  readonly [Name in keyof Processes as unknown extends Processes[Name] ? never : Name]: Numbers<
    Processes[Name]
  >;
};

/** Ready-made sidecars have ports without declaring them: which ones, their options say. */
type NumbersByUse<Uses, Withs> = {
  readonly [Name in keyof Uses as Uses[Name] extends keyof ReadyMade ? Name : never]: {
    readonly [Port in PortsOfUse<Uses[Name] & keyof ReadyMade, WithOf<Withs, Name>>]: number;
  };
};

type WithOf<Withs, Name> = Name extends keyof Withs ? Withs[Name] : unknown;

type NumbersOfPrimary<Ports, Name extends string> = {
  readonly [N in Name as [keyof Ports] extends [never] ? never : N]: Numbers<Ports>;
};

type PortNumbers<Inits, Sidecars, Ports, Name extends string, Count, AppPorts, Instances> = NumbersByProcess<
  NamesIn<Inits>
> &
  NumbersByProcess<NamesIn<Sidecars>> &
  NumbersOfPrimary<NamesIn<Ports>, Name | NumberedNames<Name, Count>> &
  NumbersByInstance<NamesIn<AppPorts>, NamesIn<Instances>>;

/** Port numbers of each instance of each app. */
type NumbersByInstance<AppPorts, Instances> = {
  readonly [App in keyof AppPorts as unknown extends AppPorts[App]
    ? never
    : InstanceName<App & string, Instances>]: Numbers<AppPorts[App]>;
};

/** `web`, or `web-1` and `web-2`. */
type InstanceName<App extends string, Instances> = App extends keyof Instances
  ? unknown extends Instances[App]
    ? App
    : NumberedNames<App, Instances[App]>
  : App;

/** `web-1`, `web-2`; never if there is no count. */
type NumberedNames<Name extends string, Count> = unknown extends Count
  ? never
  : number extends Count
    ? `${Name}-${number}`
    : `${Name}-${UpTo<Count>}`;

/** Whole numbers from 1 to `Count`; any number if there are very many. */
type UpTo<
  Count,
  Passed extends readonly unknown[] = [],
  Found extends number = never,
> = Passed['length'] extends Count
  ? Found
  : Passed['length'] extends 40
    ? number
    : UpTo<Count, [...Passed, unknown], Found | ([...Passed, unknown]['length'] & number)>;

/**
 * The wiring of a config, by the names that were inferred from it. With several apps, it is that of their shared part.
 */
export type WiringOf<
  Volumes,
  Inits,
  Sidecars,
  Ports,
  Name extends string,
  Count = unknown,
  AppPorts = Nothing,
  Instances = Nothing,
  Uses = Nothing,
  Withs = Nothing,
> =
  NamesUnknown<Inits, Sidecars, Ports> extends true
    ? Wiring
    : Wiring<
        PortNumbers<Inits, Sidecars, Ports, Name, Count, AppPorts, Instances> &
          NumbersByUse<NamesIn<Uses>, NamesIn<Withs>>,
        Paths<NamesIn<Volumes>>,
        [keyof NamesIn<AppPorts>] extends [never] ? OwnApp : never,
        Nothing
      >;

/** The part of a process's wiring that the pod's has not. */
export interface FilePaths<FileName extends string> {
  readonly files: { readonly [File in FileName]: string };
}

type Paths<Volumes> = { readonly [Volume in keyof Volumes]: string };

/** Names that can be used within an app: its own, shared ones, and the primaries of all apps. */
export type AppNames<Inits, Sidecars, AppInits, AppSidecars, AppPorts, Instances, App> = NoInfer<
  NamesUnknown<Inits, Sidecars, AppPorts> extends true
    ? string
    :
        | NameIn<NamesIn<Inits>>
        | NameIn<NamesIn<Sidecars>>
        | InAppNames<AppPorts, Instances>
        | NameIn<Of<AppInits, App>>
        | NameIn<Of<AppSidecars, App>>
>;

export type AllVolumes<Volumes, AppVolumes, App> = NoInfer<NamesIn<Volumes> & Of<AppVolumes, App>>;

export type AppWiring<
  Volumes,
  Inits,
  Sidecars,
  AppVolumes,
  AppInits,
  AppSidecars,
  AppPorts,
  Instances,
  App,
  Uses,
  AppUses,
  Withs,
  AppWiths,
> = NoInfer<
  NamesUnknown<Inits, Sidecars, AppPorts> extends true
    ? Wiring
    : Wiring<
        NumbersByProcess<NamesIn<Inits>> &
          NumbersByProcess<NamesIn<Sidecars>> &
          NumbersByInstance<NamesIn<AppPorts>, NamesIn<Instances>> &
          NumbersByProcess<Of<AppInits, App>> &
          NumbersByProcess<Of<AppSidecars, App>> &
          NumbersByUse<NamesIn<Uses>, NamesIn<Withs>> &
          NumbersByUse<Of<AppUses, App>, Of<AppWiths, App>> &
          NumbersOfOwn<Of<AppPorts, App>, App & string>,
        Paths<NamesIn<Volumes>> & Paths<Of<AppVolumes, App>>,
        OwnApp,
        Nothing
      >
>;

/** An app's own name means its own instance. */
type NumbersOfOwn<Ports, App extends string> = [keyof Ports] extends [never]
  ? Nothing
  : { readonly [Own in App]: Numbers<Ports> };

/** Part of one app. */
type Of<ByApp, App> = App extends keyof NamesIn<ByApp> ? NamesIn<ByApp>[App] : Nothing;

export type Nothing = Record<never, never>;
