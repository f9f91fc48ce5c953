"""What the next version's column may hold."""

from hub.core.fieldclass import Declared, FieldClass

FIELD_CLASSES: Declared = {"situations.Stance": {FieldClass.PROCESS: "manner"}}
