"""The pure vocabulary of the platform: money, time, names, refusals. No input or output, no clock, no chance.

Import what you need from its modules (`openscf.kernel.money`, `.rates`, `.daycount`, `.calendars`, `.lifecycle`,
`.registry`, `.errors`, `.ids`, `.ports`, `.canonical`); this module stays empty so that a command starts at once.
"""
