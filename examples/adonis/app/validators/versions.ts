import vine from '@vinejs/vine'

export const versionsValidator = vine.compile(vine.object({ image: vine.string().trim().maxLength(500) }))
