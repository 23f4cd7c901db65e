import Base
import Movement
