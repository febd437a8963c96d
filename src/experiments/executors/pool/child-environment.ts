/**
 * Variables that a process which makes runs is given: where programs, libraries, temporary files and data are, language,
 * time zone, what Node and the devices need. Others stay here, since modules with losses are code of somebody else, and a
 * variable may be a password.
 */
const passed = new RegExp(
  `^(${[
    ...['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LANGUAGE', 'LC_[A-Z]+', 'TZ'],
    ...['TMPDIR', 'TMP', 'TEMP', 'SYMLOSS_DATA', 'SYMLOSS_NATIVE', 'NODE_OPTIONS'],
    ...['LD_LIBRARY_PATH', 'DYLD_[A-Z_]+', 'CUDA_[A-Z_]+', 'NVIDIA_[A-Z_]+', 'OMP_[A-Z_]+'],
    // of Vulkan, by which WebGPU finds the driver
    ...['VK_[A-Z_]+', 'XDG_[A-Z]+_(DIRS|DIR|HOME)', 'MESA_[A-Z_]+', 'DRI_PRIME'],
    // of Windows
    ...['SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'USERPROFILE', 'APPDATA'],
    ...['LOCALAPPDATA', 'PROGRAMDATA', 'NUMBER_OF_PROCESSORS', 'PROCESSOR_[A-Z_]+'],
  ].join('|')})$`,
  'i',
);

/** The environment of a process that makes runs. */
export function childEnvironment(own: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(own).filter(([name]) => passed.test(name)));
}
